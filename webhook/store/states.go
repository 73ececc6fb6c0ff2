package store

import (
	"slices"
	"sync"

	"swage.dev/swage/podtemplate"
)

// judgement is what was found out about one template.
type judgement struct {
	mode    podtemplate.Mode // "" if the label names none
	state   podtemplate.State
	message string // what is wrong; "" if nothing is
}

const unstableMessage = "its selector asks for labels that templates write: it could change its mind in a second admission and is skipped"

// judge looks at each template of a library, by name. That a selector is
// unstable depends on the system's templates too, so the library alone cannot know.
func judge(l, system *podtemplate.Library) map[string]judgement {
	found := map[string]judgement{}
	for _, entry := range l.Entries() {
		_, state, _ := l.Get(entry.Name)
		found[entry.Name] = judgement{known(entry.Mode), state, message(entry.Err)}
	}
	for _, name := range l.Unstable(system) {
		found[name] = judgement{found[name].mode, podtemplate.Unstable, unstableMessage}
	}
	return found
}

func known(mode podtemplate.Mode) podtemplate.Mode {
	if !slices.Contains(podtemplate.Modes(), mode) {
		return ""
	}
	return mode
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// judgements are the last ones, by namespace and name. The goroutine that
// compiles writes them, metrics read them.
type judgements struct {
	mu  sync.Mutex // guards all
	all map[string]map[string]judgement
}

// replace returns those before; found must not be written to any more.
func (j *judgements) replace(namespace string, found map[string]judgement) (before map[string]judgement) {
	j.mu.Lock()
	defer j.mu.Unlock()
	before = j.all[namespace]
	j.all[namespace] = found
	if len(found) == 0 {
		delete(j.all, namespace)
	}
	return before
}

// Counts tells how many templates are in which state, for metrics. Modes and
// states are as podtemplate lists them; templates whose label names no mode
// count under the mode "".
func (s *Store) Counts() map[podtemplate.Mode]map[podtemplate.State]int {
	s.judgements.mu.Lock()
	defer s.judgements.mu.Unlock()
	counts := map[podtemplate.Mode]map[podtemplate.State]int{}
	for _, found := range s.judgements.all {
		for _, is := range found {
			if counts[is.mode] == nil {
				counts[is.mode] = map[podtemplate.State]int{}
			}
			counts[is.mode][is.state]++
		}
	}
	return counts
}

func (s *Store) systemLibrary() *podtemplate.Library {
	if s.opts.SystemNamespace == "" {
		return nil
	}
	return s.templates.library(s.opts.SystemNamespace)
}
