package store

import (
	"maps"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	coreinformers "k8s.io/client-go/informers/core/v1"
	"k8s.io/client-go/tools/cache"

	"swage.dev/swage/podtemplate"
)

// newConfigMapInformer watches the templates of this installation; live look-ups use the same selector.
func newConfigMapInformer(opts Options, selector labels.Selector) (cache.SharedIndexInformer, error) {
	informer := coreinformers.NewFilteredConfigMapInformer(opts.Client, opts.Namespace, 0, cache.Indexers{},
		func(list *metav1.ListOptions) { list.LabelSelector = selector.String() })
	return informer, informer.SetTransform(stripConfigMap)
}

// stripConfigMap keeps what loading a template reads. What goes is often larger
// than the template: managedFields, and kubectl's last-applied annotation that
// holds the whole ConfigMap once more.
func stripConfigMap(obj any) (any, error) {
	cm, ok := obj.(*corev1.ConfigMap)
	if !ok {
		return obj, nil
	}
	return &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: cm.Namespace, Name: cm.Name, UID: cm.UID, ResourceVersion: cm.ResourceVersion,
			Labels: ours(cm.Labels), Annotations: ours(cm.Annotations),
		},
		Data:       cm.Data,
		BinaryData: keysOnly(cm.BinaryData),
	}, nil
}

// ours keeps the labels or annotations of Swage itself.
func ours(all map[string]string) map[string]string {
	kept := maps.Clone(all)
	maps.DeleteFunc(kept, func(key, _ string) bool { return !strings.HasPrefix(key, podtemplate.Domain) })
	return kept
}

// keysOnly: binaryData is no part of a template, and loading complains of its keys.
func keysOnly(binary map[string][]byte) map[string][]byte {
	kept := maps.Clone(binary)
	for key := range kept {
		kept[key] = nil
	}
	return kept
}

func reference(cm *corev1.ConfigMap) corev1.ObjectReference {
	return corev1.ObjectReference{APIVersion: "v1", Kind: "ConfigMap", Namespace: cm.Namespace, Name: cm.Name, UID: cm.UID}
}
