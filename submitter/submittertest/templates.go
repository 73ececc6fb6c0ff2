package submittertest

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/submitter/shapehere"
)

// Template is a cluster with one template, default/t, for pods of the namespace default.
func Template(mode podtemplate.Mode, data map[string]string) *shapehere.Templates {
	return shapehere.New(shapehere.Options{Namespace: "default", SystemNamespace: "swage-system", Own: []corev1.ConfigMap{{
		ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "t", Labels: map[string]string{podtemplate.TemplateLabel: string(mode)}}, Data: data,
	}}})
}
