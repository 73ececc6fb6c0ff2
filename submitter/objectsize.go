package submitter

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"
)

const (
	// mostObjectBytes is what etcd takes of one object by default (--max-request-bytes).
	mostObjectBytes = 1536 << 10
	// mostDataBytes is what the API server takes of a ConfigMap's or a Secret's values (core/v1 MaxSecretSize).
	mostDataBytes = 1 << 20
)

// checkConfSize refuses a configuration that the API server would not store, when the driver already exists.
func checkConfSize(data, settings map[string]string) error {
	size := 0
	for _, text := range data {
		size += len(text)
	}
	if size <= mostDataBytes {
		return nil
	}
	longest := ""
	for key, value := range settings {
		if now := len(settings[longest]); len(value) > now || len(value) == now && key < longest {
			longest = key
		}
	}
	return refuse("the driver's configuration has %d bytes, and Kubernetes stores %d at most: its longest setting is %s, of %d bytes: give that in a file that the driver can read",
		size, mostDataBytes, longest, len(settings[longest]))
}

// checkSizes refuses objects that nothing would store, when others exist already: too large ones, and too long names.
func (b *build) checkSizes(o *Objects) error {
	for _, object := range o.Owned {
		if len(object.GetName()) > validation.DNS1123SubdomainMaxLength {
			return b.refuseAppName()
		}
		if size := dataBytes(object); size > mostDataBytes {
			return refuse("the %s %s has %d bytes, and Kubernetes stores %d at most: take from it what is large, %s",
				object.GetObjectKind().GroupVersionKind().Kind, object.GetName(), size, mostDataBytes, largest(object))
		}
	}
	root, sized := o.Root().(interface{ Size() int })
	if !sized || root.Size() <= mostObjectBytes {
		return nil
	}
	arguments := 0
	for _, arg := range b.app.args {
		arguments += len(arg)
	}
	if arguments > root.Size()/2 {
		return refuse("the application's arguments have %d bytes, and Kubernetes stores an object of %d at most: write them into a file, and give that by --files", arguments, mostObjectBytes)
	}
	return refuse("the driver's pod has %d bytes, and Kubernetes stores %d at most: what of it is large are variables, annotations or its template", root.Size(), mostObjectBytes)
}

func dataBytes(o Object) int {
	size := 0
	for _, value := range valuesOf(o) {
		size += len(value)
	}
	return size
}

// largest is the key of the longest of an object's values, the first of several.
func largest(o Object) string {
	key, values := "", valuesOf(o)
	for name, value := range values {
		if most := len(values[key]); len(value) > most || len(value) == most && name < key {
			key = name
		}
	}
	return key
}

// valuesOf are those of a ConfigMap or a Secret.
func valuesOf(o Object) map[string]string {
	values := map[string]string{}
	switch o := o.(type) {
	case *corev1.ConfigMap:
		for key, value := range o.Data {
			values[key] = value
		}
		for key, value := range o.BinaryData {
			values[key] = string(value)
		}
	case *corev1.Secret:
		for key, value := range o.Data {
			values[key] = string(value)
		}
	}
	return values
}
