package submitter

import (
	"bytes"
	"errors"
	"io"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
	yamlv3 "sigs.k8s.io/yaml/goyaml.v3"
)

// checkTemplate refuses a pod template that is no pod, which spark-submit refuses, too: reading it into one would take
// nothing of it, and nobody would notice. Without kind and apiVersion it is taken for a pod.
func checkTemplate(file string, text []byte) error {
	documents := yamlv3.NewDecoder(bytes.NewReader(text))
	var first, second yamlv3.Node
	switch err := documents.Decode(&first); {
	case errors.Is(err, io.EOF), err == nil && first.Content[0].Tag == "!!null":
		return refuse("pod template %s: it is empty: expected a pod", file)
	case err != nil:
		return refuse("pod template %s: %v", file, err)
	case !errors.Is(documents.Decode(&second), io.EOF):
		return refuse("pod template %s: several YAML documents: expected one, a pod", file)
	}
	var kind metav1.TypeMeta
	if err := yaml.Unmarshal(text, &kind); err != nil {
		return refuse("pod template %s: it is not a pod: %v", file, err)
	}
	if pod := firstOf(kind.Kind, "Pod") == "Pod"; !pod || firstOf(kind.APIVersion, "v1") != corev1.SchemeGroupVersion.String() {
		return refuse("pod template %s: it is a %s of %s: expected a Pod of v1", file, firstOf(kind.Kind, "Pod"), firstOf(kind.APIVersion, "v1"))
	}
	return nil
}
