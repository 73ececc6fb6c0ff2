package offline

import (
	"slices"

	"swage.dev/swage/podtemplate"
)

// Library returns the templates of a namespace. Bare files are default
// templates of every namespace but the system's: they stand for what the owner
// of the pods would put beside them.
func (t *Templates) Library(namespace string) *podtemplate.Library {
	if library, known := t.libraries[namespace]; known {
		return library
	}
	entries := slices.Clone(t.entries[namespace])
	if namespace != t.system {
		for _, file := range t.bare {
			entries = append(entries, t.loadBare(file, namespace))
		}
	}
	t.libraries[namespace] = podtemplate.NewLibrary(entries, t.options.Limits)
	return t.libraries[namespace]
}

// System returns the templates of the system namespace.
func (t *Templates) System() *podtemplate.Library { return t.Library(t.system) }

// IsSystem tells whether that is the system namespace.
func (t *Templates) IsSystem(namespace string) bool { return namespace == t.system }

// NamespaceLabels returns the labels of a Namespace among the inputs, nil if it is not there.
func (t *Templates) NamespaceLabels(namespace string) map[string]string {
	return t.namespaces[namespace]
}

// SetNamespaceLabels takes labels for those of a namespace, whatever the inputs say.
func (t *Templates) SetNamespaceLabels(namespace string, labels map[string]string) {
	t.namespaces[namespace] = labels
}
