package store

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/tools/cache"

	"swage.dev/swage/podtemplate"
)

// templates are the compiled templates, a library for each namespace. Readers
// may come from any goroutine; all writing is done by the one that compiles.
type templates struct {
	load  func(*corev1.ConfigMap) (*podtemplate.Template, error)
	build func([]podtemplate.Entry) *podtemplate.Library

	// entries by namespace and name belong to the goroutine that compiles.
	entries map[string]map[string]podtemplate.Entry

	mu        sync.RWMutex // guards libraries
	libraries map[string]*podtemplate.Library
}

func newTemplates(system string, limits podtemplate.Limits) *templates {
	return &templates{
		load: func(cm *corev1.ConfigMap) (*podtemplate.Template, error) {
			return podtemplate.Load(cm, podtemplate.LoadOptions{System: system != "" && cm.Namespace == system, Limits: limits})
		},
		build: func(entries []podtemplate.Entry) *podtemplate.Library {
			return podtemplate.NewLibrary(entries, limits)
		},
		entries:   map[string]map[string]podtemplate.Entry{},
		libraries: map[string]*podtemplate.Library{},
	}
}

// library returns the templates of a namespace; nil is an empty library.
func (t *templates) library(namespace string) *podtemplate.Library {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.libraries[namespace]
}

// namespaces returns the names of all that have templates.
func (t *templates) namespaces() []string {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return slices.Collect(maps.Keys(t.libraries))
}

// compile reads one ConfigMap. One that does not load keeps its last good
// version, which is the one in use until now.
func (t *templates) compile(cm *corev1.ConfigMap) {
	entry := t.entry(cm)
	if entry.Err != nil {
		entry.Template = t.entries[cm.Namespace][cm.Name].Template
	}
	if t.entries[cm.Namespace] == nil {
		t.entries[cm.Namespace] = map[string]podtemplate.Entry{}
	}
	t.entries[cm.Namespace][cm.Name] = entry
}

func (t *templates) entry(cm *corev1.ConfigMap) podtemplate.Entry {
	template, err := t.tryLoad(cm)
	return podtemplate.Entry{
		Namespace: cm.Namespace, Name: cm.Name,
		Mode:     podtemplate.Mode(cm.Labels[podtemplate.TemplateLabel]),
		Template: template, Err: err,
	}
}

// errLoadPanicked stands for a fault in the loader itself. The panic's own text
// is left out: it may quote the template.
var errLoadPanicked = errors.New("the template made the loader fail: this is a fault of Swage, please report it")

// tryLoad keeps one template that trips the loader from stopping the shaping of everybody's pods.
func (t *templates) tryLoad(cm *corev1.ConfigMap) (template *podtemplate.Template, err error) {
	defer func() {
		if recover() != nil {
			template, err = nil, fmt.Errorf("%s/%s: %w", cm.Namespace, cm.Name, errLoadPanicked)
		}
	}()
	return t.load(cm)
}

func (t *templates) remove(name cache.ObjectName) {
	delete(t.entries[name.Namespace], name.Name)
	if len(t.entries[name.Namespace]) == 0 {
		delete(t.entries, name.Namespace)
	}
}

// make puts the library of a namespace together; nil if there is no template.
func (t *templates) make(namespace string) *podtemplate.Library {
	if entries := t.entries[namespace]; len(entries) > 0 {
		return t.build(slices.Collect(maps.Values(entries)))
	}
	return nil
}

// publish gives readers the library of a namespace.
func (t *templates) publish(namespace string, library *podtemplate.Library) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if library == nil {
		delete(t.libraries, namespace)
		return
	}
	t.libraries[namespace] = library
}

// with returns a library that also has the given entries; l itself stays as it is.
func (t *templates) with(l *podtemplate.Library, more []podtemplate.Entry) *podtemplate.Library {
	if len(more) == 0 {
		return l
	}
	return t.build(append(l.Entries(), more...))
}
