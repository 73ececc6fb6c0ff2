package store

import (
	"log/slog"

	"k8s.io/client-go/tools/cache"

	"swage.dev/swage/podtemplate"
)

// publish makes a namespace's library anew and tells of the templates that got worse by it.
func (s *Store) publish(namespace string) {
	before := s.templates.publish(namespace)
	library := s.templates.library(namespace)
	for name, state := range s.states(library) {
		entry, _, _ := library.Get(name)
		was, wasState, _ := before.Get(name)
		if state == podtemplate.Loaded || (state == wasState && message(entry.Err) == message(was.Err)) {
			continue
		}
		s.tell(entry, state)
	}
}

func (s *Store) tell(entry podtemplate.Entry, state podtemplate.State) {
	problem := Problem{State: state, Message: message(entry.Err)}
	if state == podtemplate.Unstable {
		problem.Message = "its selector asks for labels that templates write: it could change its mind in a second admission and is skipped"
	}
	problem.ConfigMap.Namespace, problem.ConfigMap.Name = entry.Namespace, entry.Name
	if cm := s.configMap(cache.NewObjectName(entry.Namespace, entry.Name)); cm != nil {
		problem.ConfigMap = reference(cm)
	}
	s.opts.Logger.Warn("template is not in use as it is written",
		slog.String("template", entry.Namespace+"/"+entry.Name),
		slog.String("state", string(state)), slog.String("problem", problem.Message))
	s.opts.Broken(problem)
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
