package generate

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"
)

// UnknownPrefix begins the names of fields that no Kubernetes knows.
const UnknownPrefix = "unknownField"

// addUnknown puts fields of a newer Kubernetes into some objects of a pod.
func addUnknown(t *rapid.T, pod Object) {
	spec := pod["spec"].(Object)
	objects := []Object{pod, pod["metadata"].(Object), spec}
	for _, list := range []string{"containers", "initContainers", "volumes", "tolerations"} {
		elements, _ := spec[list].([]any)
		for _, element := range elements {
			object := element.(Object)
			objects = append(objects, object)
			for _, inner := range []string{"resources", "securityContext"} {
				if below, ok := object[inner].(Object); ok {
					objects = append(objects, below)
				}
			}
		}
	}
	picked := rapid.SliceOfNDistinct(rapid.IntRange(0, len(objects)-1), 1, 3, rapid.ID[int]).Draw(t, "unknown fields")
	slices.Sort(picked)
	for i, at := range picked {
		objects[at][fmt.Sprintf("%s%d", UnknownPrefix, i)] = rapid.SampledFrom([]any{"x", 1.5, Object{"a": []any{1.0, nil}}, nil}).Draw(t, "unknown value")
	}
}
