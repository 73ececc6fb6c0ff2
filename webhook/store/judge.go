package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/podtemplate"
)

// Ours tells whether a ConfigMap is a template of this installation.
func (s *Store) Ours(cm *corev1.ConfigMap) bool { return s.wanted.Matches(labelsOf(cm)) }

// Judge tells what would become of a template that is not stored yet: what is
// odd about it and, as an error, why it must not be stored. The error is a
// *podtemplate.LoadError when the template itself does not load; else it keeps
// itself or templates beside it from being used.
func (s *Store) Judge(cm *corev1.ConfigMap) ([]podtemplate.Problem, error) {
	entry := s.templates.entry(cm)
	if entry.Err != nil {
		return nil, entry.Err
	}
	now, system := s.templates.library(cm.Namespace), s.systemLibrary()
	if cm.Namespace == s.opts.SystemNamespace {
		system = nil // it is the same library
	}
	before, after := judge(now, system), judge(s.templates.with(now, []podtemplate.Entry{entry}), system)
	var harmed []error
	for _, name := range slices.Sorted(maps.Keys(after)) {
		is := after[name]
		if usable(is.state) || name != cm.Name && !usable(before[name].state) {
			continue
		}
		harmed = append(harmed, fmt.Errorf("template %s/%s would be %s: %s", cm.Namespace, name, is.state, is.message))
	}
	return entry.Template.Warnings, errors.Join(harmed...)
}

func usable(s podtemplate.State) bool { return s == podtemplate.Loaded || s == podtemplate.Stale }

// Terminating tells whether a namespace is being deleted. A store that is
// restricted to one namespace may not know, and says no.
func (s *Store) Terminating(ctx context.Context, namespace string) (bool, error) {
	if s.namespaces == nil {
		return false, nil
	}
	return s.namespaces.terminating(ctx, namespace)
}
