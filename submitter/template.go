package submitter

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"swage.dev/swage/podtemplate"
)

// fromTemplate begins with the pod of spark.kubernetes.{driver,executor}.podTemplateFile, or with an empty one.
func (b *build) fromTemplate() error {
	b.pod, b.container = &corev1.Pod{}, &corev1.Container{}
	name, text, err := b.templateText()
	if err != nil {
		return err
	}
	if text != nil {
		if err := b.readTemplate(name, text); err != nil {
			return err
		}
		b.takeContainer()
	}
	b.pod.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"}
	return nil
}

func (b *build) readTemplate(file string, text []byte) error {
	if err := checkTemplate(file, text); err != nil {
		return err
	}
	if err := yaml.Unmarshal(text, b.pod); err != nil {
		return refuse("pod template %s: %v", file, err)
	}
	if err := yaml.UnmarshalStrict(text, &corev1.Pod{}); err != nil {
		b.note("pod template " + file + ": " + strings.TrimPrefix(err.Error(), "error unmarshaling JSON: while decoding JSON: "))
	}
	return nil
}

// templateText is a pod template, nil where there is none: the one that was
// given, the client's file, or what the driver was handed.
func (b *build) templateText() (name string, text []byte, err error) {
	name = b.conf.Get(b.side.template)
	if b.side.role == podtemplate.Executor {
		return name, b.handed, nil
	}
	return b.givenOrFile(b.side.template, b.options.Given.DriverTemplate)
}

// readHere reads a file that must be this machine's.
func (b *build) readHere(what, key, file string) ([]byte, error) {
	if scheme.MatchString(file) && !strings.HasPrefix(file, "file:") {
		return nil, refuse("%s=%s: a file of this machine is expected; fetch it first", key, file)
	}
	return b.client.read(what, file)
}

// takeContainer takes the Spark container out of the template's: the one that
// is named, else the first. It comes back as the last.
func (b *build) takeContainer() {
	containers := b.pod.Spec.Containers
	if len(containers) == 0 {
		return
	}
	chosen, wanted := 0, b.conf.Get(b.side.templateContainer)
	for i := range containers {
		if containers[i].Name == wanted {
			chosen = i
		}
	}
	if wanted != "" && containers[chosen].Name != wanted {
		b.note("pod template: no container is called " + wanted + "; " + firstOf(containers[0].Name, "the first") + " is taken for Spark's")
	}
	b.container = containers[chosen].DeepCopy()
	b.pod.Spec.Containers = append(append([]corev1.Container{}, containers[:chosen]...), containers[chosen+1:]...)
}
