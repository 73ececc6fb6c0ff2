package manifests

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/kubernetes/scheme"
)

// Dir is where they are in the product's folder.
const Dir = "deploy/manifests"

// kustomization is the one file that has no object.
const kustomization = "kustomization.yaml"

// Objects are all that is installed, by file and in order. root is the
// product's folder: product.Root. Unknown and repeated fields are errors.
func Objects(root string) ([]runtime.Object, error) {
	files, err := filepath.Glob(filepath.Join(root, Dir, "*.yaml"))
	if err != nil {
		return nil, err
	}
	var all []runtime.Object
	for _, file := range files {
		if filepath.Base(file) == kustomization {
			continue
		}
		found, err := objectsIn(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, found...)
	}
	return all, nil
}

func objectsIn(file string) (all []runtime.Object, err error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return Parse(data)
}

// Parse are the objects of a text, with unknown and repeated fields as errors.
func Parse(data []byte) (all []runtime.Object, err error) {
	decoder := serializer.NewCodecFactory(scheme.Scheme, serializer.EnableStrict).UniversalDeserializer()
	for documents := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(data))); ; {
		document, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		object, _, err := decoder.Decode(document, nil, nil)
		if err != nil {
			return nil, err
		}
		all = append(all, object)
	}
}

// Find is the one object of its type.
func Find[T runtime.Object](root string) (T, error) {
	return only[T](root, func(T) bool { return true })
}

// Named is the one object of its type and name.
func Named[T interface {
	runtime.Object
	metav1.Object
}](root, name string) (T, error) {
	return only(root, func(object T) bool { return object.GetName() == name })
}

func only[T runtime.Object](root string, wanted func(T) bool) (T, error) {
	var found T
	all, err := Objects(root)
	if err != nil {
		return found, err
	}
	count := 0
	for _, object := range all {
		if typed, ok := object.(T); ok && wanted(typed) {
			found, count = typed, count+1
		}
	}
	if count != 1 {
		return found, fmt.Errorf("%s has %d objects of type %T, want one", Dir, count, found)
	}
	return found, nil
}
