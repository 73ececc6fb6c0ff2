package store

import (
	"context"
	"log/slog"

	"k8s.io/client-go/tools/cache"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/webhook/panics"
)

// publish makes a namespace's library anew and tells of the templates that got
// worse by it. Templates are their owners' text: if one makes this panic, the
// library before stays in use, and other namespaces do not notice.
func (s *Store) publish(ctx context.Context, namespace string) {
	defer s.recovered(ctx, namespace)
	library := s.templates.make(namespace)
	system := s.systemLibrary()
	if namespace == s.opts.SystemNamespace {
		system = library
	}
	found := judge(library, system)
	s.templates.publish(namespace, library)
	s.tell(namespace, found)
}

// reviewAll tells what a new library of the system changes for the templates of
// namespaces that did not change themselves.
func (s *Store) reviewAll(ctx context.Context, published map[string]bool) {
	for _, namespace := range s.templates.namespaces() {
		if !published[namespace] {
			s.review(ctx, namespace)
		}
	}
}

func (s *Store) review(ctx context.Context, namespace string) {
	defer s.recovered(ctx, namespace)
	s.tell(namespace, judge(s.templates.library(namespace), s.systemLibrary()))
}

// recovered is to be deferred.
func (s *Store) recovered(ctx context.Context, namespace string) {
	if cause := recover(); cause != nil {
		panics.Log(ctx, s.opts.Logger.With(slog.String("namespace", namespace)), "making a library: its version before stays in use", cause)
	}
}

// tell says what is new since the last time: repetitions are no news.
func (s *Store) tell(namespace string, found map[string]judgement) {
	before := s.judgements.replace(namespace, found)
	for name, is := range found {
		if is.state != podtemplate.Loaded && is != before[name] {
			s.tellOne(cache.NewObjectName(namespace, name), is)
		}
	}
}

func (s *Store) tellOne(name cache.ObjectName, is judgement) {
	problem := Problem{State: is.state, Message: is.message}
	problem.ConfigMap.Namespace, problem.ConfigMap.Name = name.Namespace, name.Name
	if cm := s.configMap(name); cm != nil {
		problem.ConfigMap = reference(cm)
	}
	s.opts.Logger.Warn("template is not in use as it is written",
		slog.String("template", name.String()),
		slog.String("state", string(is.state)), slog.String("problem", is.message))
	s.opts.Broken(problem)
}
