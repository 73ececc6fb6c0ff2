package podtemplate

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// State is what became of a template.
type State string

// The states of templates.
const (
	Loaded   State = "loaded"
	Stale    State = "stale"     // does not load any more; its last good version is used
	Broken   State = "broken"    // does not load
	TooLarge State = "too-large" // exceeds a limit
	Unstable State = "unstable"  // its selector could change its mind in a second admission
	Unknown  State = "unknown"   // its label names no mode; it reaches no pod
)

// States lists the states, for metrics.
func States() []State { return []State{Loaded, Stale, Broken, TooLarge, Unstable, Unknown} }

// Entry is one ConfigMap of a namespace with the template label.
type Entry struct {
	Namespace, Name string
	// Mode is what the label says, also when the template does not load. A last
	// good version keeps the mode that it had: in a library this is the mode of
	// Template, where there is one.
	Mode Mode
	// Template is the template, or its last good version; nil if there is none.
	Template *Template
	// Err is why the newest version does not load; nil if it does.
	Err error
}

// Library is the templates of one namespace. It never changes, and may be shared; nil is an empty library.
type Library struct {
	entries map[string]*shelved
	names   []string // sorted
	byMode  map[Mode][]string
	labels  writtenLabels
}

// shelved is an entry with what the library made of it.
type shelved struct {
	Entry
	state State
	// reach tells whom a broken template concerns; nil when not even that is known.
	reach *Template
}

// ref is the name of the template, which of a file is its path.
func (s *shelved) ref() Ref {
	if s.reach != nil {
		return Ref{Namespace: s.reach.Namespace, Name: s.reach.Name}
	}
	return Ref{Namespace: s.Namespace, Name: s.Name}
}

// NewLibrary makes a library from the entries of one namespace, in any order.
// Of entries with one name the last counts. Templates beyond the limits of a
// namespace, in the order of their names, are too large.
func NewLibrary(entries []Entry, limits Limits) *Library {
	l := &Library{entries: map[string]*shelved{}, byMode: map[Mode][]string{}, labels: newWrittenLabels()}
	for _, e := range entries {
		l.entries[e.Name] = shelve(e)
	}
	l.names = slices.Sorted(maps.Keys(l.entries))
	l.enforce(limits.withDefaults())
	for _, name := range l.names {
		l.labels.note(l.entries[name].Template)
		l.byMode[l.entries[name].Mode] = append(l.byMode[l.entries[name].Mode], name)
	}
	return l
}

func shelve(e Entry) *shelved {
	s := &shelved{Entry: e, state: Loaded, reach: e.Template}
	var failed *LoadError
	if errors.As(e.Err, &failed) && s.reach == nil {
		s.reach = failed.reach
	}
	switch {
	case errors.Is(e.Err, ErrUnknownMode):
		s.state, s.Template = Unknown, nil // it said that it is for others now: not even the old version
	case e.Err != nil && e.Template != nil:
		s.state = Stale
	case errors.Is(e.Err, ErrTooLarge):
		s.state = TooLarge
	case e.Err != nil:
		s.state = Broken
	}
	if s.Template != nil {
		s.Mode = s.Template.Mode
	}
	return s
}

func (l *Library) enforce(limits Limits) {
	size := 0
	for i, name := range l.names {
		s := l.entries[name]
		if s.Template == nil {
			continue
		}
		size += s.Template.Size()
		if i >= limits.NamespaceTemplates || size > limits.NamespaceBytes {
			s.state, s.Template = TooLarge, nil
			s.Err = fmt.Errorf("%w: more than %d templates or %d bytes in one namespace", ErrTooLarge, limits.NamespaceTemplates, limits.NamespaceBytes)
		}
	}
}

// Names returns the names of the templates of a mode, sorted, whatever their state. The slice belongs to the library.
func (l *Library) Names(mode Mode) []string {
	if l == nil {
		return nil
	}
	return l.byMode[mode]
}

// Get returns the entry of that name and its state; ok is false when there is none.
func (l *Library) Get(name string) (e Entry, state State, ok bool) {
	if s := l.get(name); s != nil {
		return s.Entry, s.state, true
	}
	return Entry{}, "", false
}

func (l *Library) get(name string) *shelved {
	if l == nil {
		return nil
	}
	return l.entries[name]
}

// Entries returns all entries, sorted by name.
func (l *Library) Entries() []Entry {
	if l == nil {
		return nil
	}
	entries := make([]Entry, len(l.names))
	for i, name := range l.names {
		entries[i] = l.entries[name].Entry
	}
	return entries
}
