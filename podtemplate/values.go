package podtemplate

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// values are what the placeholders stand for in one pod: the text of
// placeholderNames[i] at index i, as far as the pod has a label for it.
type values struct {
	known placeholders
	texts [len(placeholderNames)]string
}

// placeholderValues returns the values for one pod. Their only sources are
// labels: the same in both admissions of a pod, and in every executor of an
// application but for its id.
func placeholderValues(req Request, role Role, labels *podLabels) values {
	var v values
	for i, placeholder := range placeholderNames {
		text := labels.Get(placeholder.label)
		switch placeholder.bit {
		case namespaceName:
			text = req.Namespace
		case roleName:
			text = string(role)
		}
		if text != "" {
			v.known |= placeholder.bit
			v.texts[i] = text
		}
	}
	return v
}

// podLabels are labels as selectors see them. A pod has few, and most selectors
// ask for one: a list costs less than a map.
type podLabels struct {
	pairs []labelPair
	own   int // pairs[:own] are the pod's, the others are what templates add
}

type labelPair struct{ key, value string }

// selectorLabels returns the labels that selectors and placeholders see: the
// pod's, but the application's name is the driver's, because a program may
// rename its executors and not its driver.
func selectorLabels(req Request, role Role) *podLabels {
	kids := req.Pod.meta.At("labels").Kids()
	seen := &podLabels{pairs: make([]labelPair, 0, len(kids)+4)}
	for _, label := range kids {
		seen.set(label.Name(), label.Text())
	}
	if role == Executor && req.Driver != nil {
		if name, ok := req.Driver.Labels[AppNameLabel]; ok {
			seen.set(AppNameLabel, name)
		}
	}
	seen.own = len(seen.pairs)
	return seen
}

func (l *podLabels) set(key, value string) {
	if i := l.index(key); i >= 0 {
		l.pairs[i].value = value
		return
	}
	l.pairs = append(l.pairs, labelPair{key, value})
}

// add sees a label that a template adds: one that the pod has stays as it is.
func (l *podLabels) add(key, value string) {
	if i := l.index(key); i < 0 || i >= l.own {
		l.set(key, value)
	}
}

func (l *podLabels) index(key string) int {
	return slices.IndexFunc(l.pairs, func(p labelPair) bool { return p.key == key })
}

// Lookup, Has and Get make it labels.Labels.
func (l *podLabels) Lookup(key string) (value string, exists bool) {
	if i := l.index(key); i >= 0 {
		return l.pairs[i].value, true
	}
	return "", false
}

// Has tells whether the label is there.
func (l *podLabels) Has(key string) bool { return l.index(key) >= 0 }

// Get returns the label's value, "" if there is none.
func (l *podLabels) Get(key string) string {
	value, _ := l.Lookup(key)
	return value
}

// namespaceLabels are a namespace's labels; its name is always among them.
type namespaceLabels struct {
	name   string
	labels map[string]string
}

// Lookup, Has and Get make it labels.Labels.
func (l namespaceLabels) Lookup(key string) (value string, exists bool) {
	if key == corev1.LabelMetadataName {
		return l.name, true
	}
	value, exists = l.labels[key]
	return value, exists
}

// Has tells whether the label is there.
func (l namespaceLabels) Has(key string) bool {
	_, exists := l.Lookup(key)
	return exists
}

// Get returns the label's value, "" if there is none.
func (l namespaceLabels) Get(key string) string {
	value, _ := l.Lookup(key)
	return value
}
