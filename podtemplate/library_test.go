package podtemplate

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestR33BrokenTemplates: what reaches whom when it does not load.
func TestR33BrokenTemplates(t *testing.T) {
	const broken = "spec: {a: 1}"
	for _, s := range []choice{
		{name: "a default is skipped, with a warning", shelves: []shelf{{what: "team-a/a default", text: broken}}, tells: "template team-a/a does not load: skipped"},
		{name: "an enforced one denies", shelves: []shelf{{what: "team-a/a enforced", text: broken}}, verdict: DeniedBrokenTemplate, tells: "enforced template team-a/a does not load"},
		{name: "but only the pods that it selects", shelves: []shelf{{what: "team-a/a enforced", annotations: "select=team=risk", text: broken}}, labels: "team=ads"},
		{name: "those that a label of another template brings included", shelves: []shelf{{what: "team-a/a enforced", annotations: "select=tier=gold", text: broken}, {what: "team-a/b default", text: "metadata: {labels: {tier: gold}}"}}, verdict: DeniedBrokenTemplate, tells: "team-a/a"},
		{name: "an unparsable select concerns every pod", shelves: []shelf{{what: "team-a/a enforced", annotations: "select=team in (risk"}}, verdict: DeniedBrokenTemplate, tells: "enforced template team-a/a does not load"},
		{name: "an unparsable namespaces concerns every namespace", shelves: []shelf{{what: "system/a enforced", annotations: "namespaces=env in (prod"}}, verdict: DeniedBrokenTemplate, tells: "enforced template swage-system/a"},
		{name: "namespaces where it has no business does not narrow it", shelves: []shelf{{what: "team-a/a enforced", annotations: "namespaces=env=prod"}}, verdict: DeniedBrokenTemplate, tells: "team-a/a"},
		{name: "R34: too large", shelves: []shelf{{what: "team-a/a default", text: strings.Repeat("#", 1<<20)}}, tells: "template team-a/a is too large: skipped"},
		{name: "R34: too large, and for others", shelves: []shelf{{what: "team-a/a enforced", annotations: "select=team=risk", text: strings.Repeat("#", 1<<20)}}},
		{name: "an unknown mode reaches no one", shelves: []shelf{{what: "team-a/a enforce"}}},
		{name: "and cannot be asked for", shelves: []shelf{{what: "team-a/a naamed"}}, annotations: "swage.dev/templates=a", verdict: DeniedMissingTemplate, tells: "only named templates can be asked for"},
		{name: "a pod that opted out of defaults hears nothing of broken ones", shelves: []shelf{{what: "team-a/a default", text: broken}}, annotations: "swage.dev/shape=false"},
	} {
		t.Run(s.name, s.check)
	}
	t.Run("what was skipped is in the result", func(t *testing.T) {
		result := NewShaper(Options{}).Shape(choice{shelves: []shelf{{what: "team-a/a default", text: broken}}}.request(t))
		if !slices.Equal(result.Broken, []string{"team-a/a"}) {
			t.Errorf("broken: %v", result.Broken)
		}
	})
}

// TestR33LastGoodVersions: a template that no longer loads stays what it was, its mode included.
func TestR33LastGoodVersions(t *testing.T) {
	good := shelf{what: "team-a/a default"}.entry()
	bad := shelf{what: "team-a/a enforced", text: "spec: {a: 1}"}.entry()
	bad.Template = good.Template
	library := NewLibrary([]Entry{bad}, Limits{})
	if e, state, _ := library.Get("a"); state != Stale || e.Mode != Default {
		t.Errorf("state %s, mode %s: want stale and default", state, e.Mode)
	}
	result := NewShaper(Options{}).Shape(Request{Pod: podWith(t, Executor, "", ""), Namespace: "team-a", Templates: library})
	if len(result.Templates) != 1 || result.Templates[0] != good.Template.Ref {
		t.Errorf("selected %v, want the last good version", result.Templates)
	}
	unknown := shelf{what: "team-a/a none"}.entry()
	unknown.Template = good.Template
	if _, state, _ := NewLibrary([]Entry{unknown}, Limits{}).Get("a"); state != Unknown {
		t.Errorf("state %s: a label that names no mode takes the old version away", state)
	}
}

// TestOrderOfEntriesDoesNotCount: the same pod comes out, byte for byte, in whatever order the templates were loaded.
func TestOrderOfEntriesDoesNotCount(t *testing.T) {
	var entries []Entry
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		text := "metadata: {labels: {l-" + name + ": x, same: " + name + "}, annotations: {same: " + name + "}}\nspec: {tolerations: [{key: " + name + ", operator: Exists}], containers: [{name: spark, env: [{name: SAME, value: v-" + name + "}]}]}"
		entries = append(entries, shelf{what: "team-a/" + name + " default", text: text}.entry())
	}
	entries = append(entries, shelf{what: "team-a/broken default", text: "x: y"}.entry(), shelf{what: "team-a/large default", text: strings.Repeat("#", 100_000)}.entry())
	shape := func(entries []Entry) string {
		library := NewLibrary(entries, Limits{NamespaceBytes: 50_000})
		result := NewShaper(Options{}).Shape(Request{Pod: podWith(t, Executor, "", ""), Namespace: "team-a", Templates: library})
		return string(result.Pod()) + string(result.Patch()) + result.ShapedValue() + strings.Join(result.Warnings, "\n")
	}
	want := shape(entries)
	for i := range entries {
		rotated := slices.Concat(entries[i:], entries[:i])
		if got := shape(rotated); got != want {
			t.Errorf("rotated by %d:\n%s\nwant:\n%s", i, got, want)
		}
		slices.Reverse(rotated)
		if got := shape(rotated); got != want {
			t.Errorf("rotated by %d and reversed:\n%s\nwant:\n%s", i, got, want)
		}
	}
}

func TestLibrary(t *testing.T) {
	t.Run("nil is an empty library", func(t *testing.T) {
		var l *Library
		if _, _, ok := l.Get("a"); ok || l.Names(Default) != nil || l.Entries() != nil {
			t.Error("it has templates")
		}
	})
	t.Run("names are sorted, whatever the state", func(t *testing.T) {
		own, _ := libraries([]shelf{{what: "team-a/c default"}, {what: "team-a/a default", text: "x: y"}, {what: "team-a/b named"}})
		if got := own.Names(Default); !slices.Equal(got, []string{"a", "c"}) {
			t.Errorf("got %v", got)
		}
		var entries []string
		for _, e := range own.Entries() {
			entries = append(entries, e.Name)
		}
		if !slices.Equal(entries, []string{"a", "b", "c"}) {
			t.Errorf("entries %v", entries)
		}
	})
	t.Run("states", func(t *testing.T) {
		good := shelf{what: "team-a/good default"}.entry()
		stale := shelf{what: "team-a/stale default", text: "x: y"}.entry()
		stale.Template = good.Template
		l := NewLibrary([]Entry{
			good, stale, shelf{what: "team-a/broken default", text: "x: y"}.entry(),
			shelf{what: "team-a/large default", text: strings.Repeat("#", 1<<19)}.entry(), shelf{what: "team-a/odd x"}.entry(),
		}, Limits{})
		want := map[string]State{"good": Loaded, "stale": Stale, "broken": Broken, "large": TooLarge, "odd": Unknown}
		got := map[string]State{}
		for name := range want {
			_, got[name], _ = l.Get(name)
		}
		if !maps.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

// TestR34LimitsOfANamespace: in the order of names, whatever comes beyond them is too large.
func TestR34LimitsOfANamespace(t *testing.T) {
	var entries []Entry
	for i := range 10_000 {
		entries = append(entries, Entry{Namespace: "team-a", Name: fmt.Sprintf("t%05d", 9999-i), Mode: Default, Template: &Template{Ref: Ref{Namespace: "team-a", Mode: Default}, size: 1000}})
	}
	l := NewLibrary(entries, Limits{})
	for name, want := range map[string]State{"t00000": Loaded, "t00199": Loaded, "t00200": TooLarge, "t09999": TooLarge} {
		e, state, _ := l.Get(name)
		if state != want || (want == TooLarge) != errors.Is(e.Err, ErrTooLarge) {
			t.Errorf("%s is %s (%v), want %s", name, state, e.Err, want)
		}
	}
	l = NewLibrary(entries[9_900:], Limits{NamespaceBytes: 50_000})
	for name, want := range map[string]State{"t00049": Loaded, "t00050": TooLarge} {
		if _, state, _ := l.Get(name); state != want {
			t.Errorf("%s is %s, want %s", name, state, want)
		}
	}
}
