package writecheck

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/podtemplate"
)

// sameTemplate tells whether an update leaves a template as it is, now and
// later: then anybody who may write the ConfigMap may, for instance to change a
// finalizer or a label that means nothing here.
func sameTemplate(before, after *corev1.ConfigMap) bool {
	return maps.Equal(before.Data, after.Data) && maps.EqualFunc(before.BinaryData, after.BinaryData, slices.Equal) &&
		maps.Equal(ofSwage(before.Labels), ofSwage(after.Labels)) && maps.Equal(ofSwage(before.Annotations), ofSwage(after.Annotations)) &&
		frozen(before) == frozen(after) && !owned(before, after)
}

// frozen tells whether nobody can change the data any more.
func frozen(cm *corev1.ConfigMap) bool { return cm.Immutable != nil && *cm.Immutable }

// owned tells whether an update gives a template an owner. The garbage collector
// deletes what has lost its owner, and is never asked for rights: an owner that
// does not exist would be a way to delete. The collector itself takes owners away.
func owned(before, after *corev1.ConfigMap) bool {
	return slices.ContainsFunc(after.OwnerReferences, func(owner metav1.OwnerReference) bool {
		return !slices.ContainsFunc(before.OwnerReferences, func(had metav1.OwnerReference) bool { return sameOwner(had, owner) })
	})
}

// sameOwner compares all by which the collector looks for an owner: under another
// name or kind it finds none with the UID either.
func sameOwner(a, b metav1.OwnerReference) bool {
	return a.UID == b.UID && a.Name == b.Name && a.Kind == b.Kind && a.APIVersion == b.APIVersion
}

func ofSwage(all map[string]string) map[string]string {
	found := maps.Clone(all)
	maps.DeleteFunc(found, func(key, _ string) bool { return !strings.HasPrefix(key, podtemplate.Domain) })
	return found
}
