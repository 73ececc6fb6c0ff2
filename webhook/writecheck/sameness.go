package writecheck

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/podtemplate"
)

// sameTemplate tells whether two versions of a ConfigMap are one template: then
// anybody who may write the ConfigMap may, for instance to change a finalizer
// or a label that means nothing here.
func sameTemplate(a, b *corev1.ConfigMap) bool {
	return maps.Equal(a.Data, b.Data) && maps.EqualFunc(a.BinaryData, b.BinaryData, slices.Equal) &&
		maps.Equal(ofSwage(a.Labels), ofSwage(b.Labels)) && maps.Equal(ofSwage(a.Annotations), ofSwage(b.Annotations))
}

func ofSwage(all map[string]string) map[string]string {
	found := maps.Clone(all)
	maps.DeleteFunc(found, func(key, _ string) bool { return !strings.HasPrefix(key, podtemplate.Domain) })
	return found
}
