package store

import (
	"slices"

	"swage.dev/swage/podtemplate"
)

// Counts tells how many templates are in which state, for metrics. Modes and
// states are as podtemplate lists them; templates whose label names no mode
// count under the mode "".
func (s *Store) Counts() map[podtemplate.Mode]map[podtemplate.State]int {
	counts := map[podtemplate.Mode]map[podtemplate.State]int{}
	for _, library := range s.templates.all() {
		for name, state := range s.states(library) {
			mode := s.mode(library, name)
			if counts[mode] == nil {
				counts[mode] = map[podtemplate.State]int{}
			}
			counts[mode][state]++
		}
	}
	return counts
}

func (s *Store) mode(l *podtemplate.Library, name string) podtemplate.Mode {
	entry, _, _ := l.Get(name)
	if !slices.Contains(podtemplate.Modes(), entry.Mode) {
		return ""
	}
	return entry.Mode
}

// states tells the state of each template of a library. That a selector is
// unstable depends on the system's templates too, so the library alone cannot know.
func (s *Store) states(l *podtemplate.Library) map[string]podtemplate.State {
	states := map[string]podtemplate.State{}
	for _, entry := range l.Entries() {
		_, states[entry.Name], _ = l.Get(entry.Name)
	}
	for _, name := range l.Unstable(s.systemLibrary()) {
		states[name] = podtemplate.Unstable
	}
	return states
}

func (s *Store) systemLibrary() *podtemplate.Library {
	if s.opts.SystemNamespace == "" {
		return nil
	}
	return s.templates.library(s.opts.SystemNamespace)
}
