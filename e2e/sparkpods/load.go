package sparkpods

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// Versions are the releases of Spark whose pods were captured.
func Versions() []string { return []string{"4.1.2", "3.5.9"} }

// App is one application as its spark-submit, and then its driver, created it.
type App struct {
	Driver     *corev1.Pod
	ConfigMaps []*corev1.ConfigMap // owned by the driver
	Services   []*corev1.Service   // owned by the driver
	Executors  []*corev1.Pod       // owned by the driver
}

// Load reads the application of one version. root is the product's module.
func Load(root, version string) (*App, error) {
	text, err := os.ReadFile(filepath.Join(root, "podtemplate/testdata/spark", version+".yaml"))
	if err != nil {
		return nil, err
	}
	app := &App{}
	documents := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
	for {
		document, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return app, nil
		}
		if err == nil {
			err = app.add(document)
		}
		if err != nil {
			return nil, fmt.Errorf("read the pods of Spark %s: %w", version, err)
		}
	}
}

func (a *App) add(document []byte) error {
	var kind metav1.TypeMeta
	if err := yaml.Unmarshal(document, &kind); err != nil {
		return err
	}
	switch kind.Kind {
	case "Pod":
		return a.addPod(document)
	case "ConfigMap":
		cm := &corev1.ConfigMap{}
		a.ConfigMaps = append(a.ConfigMaps, cm)
		return unstored(document, cm, &cm.ObjectMeta)
	case "Service":
		service := &corev1.Service{}
		a.Services = append(a.Services, service)
		return unstored(document, service, &service.ObjectMeta)
	default:
		return fmt.Errorf("nobody knows what to do with a %q", kind.Kind)
	}
}

func (a *App) addPod(document []byte) error {
	pod := &corev1.Pod{}
	if err := unstored(document, pod, &pod.ObjectMeta); err != nil {
		return err
	}
	undefault(pod)
	if pod.Labels["spark-role"] == "driver" {
		a.Driver = pod
	} else {
		a.Executors = append(a.Executors, pod)
	}
	return nil
}

func unstored(document []byte, object any, meta *metav1.ObjectMeta) error {
	err := yaml.UnmarshalStrict(document, object)
	meta.UID = ""
	return err
}

// OwnedBy makes everything that belongs to the driver say so: an owner is known
// by its uid, and that is new each time.
func (a *App) OwnedBy(driver *corev1.Pod) {
	own := func(meta *metav1.ObjectMeta) {
		for i := range meta.OwnerReferences {
			meta.OwnerReferences[i].UID = driver.UID
		}
	}
	for _, cm := range a.ConfigMaps {
		own(&cm.ObjectMeta)
	}
	for _, service := range a.Services {
		own(&service.ObjectMeta)
	}
	for _, pod := range a.Executors {
		own(&pod.ObjectMeta)
	}
}

// Pods are the driver and its executors.
func (a *App) Pods() []*corev1.Pod { return append([]*corev1.Pod{a.Driver}, a.Executors...) }
