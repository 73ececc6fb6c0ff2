package properties_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"swage.dev/swage/e2e/properties/generate"
	"swage.dev/swage/podtemplate"
)

// sampled is how many cases are counted. They are the same ones every time.
const sampled = 1500

// kinds are what the cases must contain for the properties to mean something.
var kinds = []struct {
	name string
	is   func(c generate.Case, r *podtemplate.Result) bool
}{
	{"shaped", verdict(podtemplate.Shaped)},
	{"denied: conflict", verdict(podtemplate.DeniedConflict)},
	{"denied: invalid", verdict(podtemplate.DeniedInvalid)},
	{"conflict kept", changed(func(c podtemplate.Change) bool { return c.Resolution == podtemplate.Kept })},
	{"conflict replaced", changed(func(c podtemplate.Change) bool { return c.Resolution == podtemplate.Replaced })},
	{"conflict rejected", changed(func(c podtemplate.Change) bool { return c.Resolution == podtemplate.Rejected })},
	{"a default gives way", changed(func(c podtemplate.Change) bool { return strings.HasPrefix(c.Note, "was: server default") })},
	{"removed", changed(func(c podtemplate.Change) bool { return c.Op == podtemplate.OpRemove })},
	{"protected", rule("protected")},
	{"scratch space rewritten", rule("scratch")},
	{"a field follows another", rule("follows")},
	{"a value derived again", rule("derived")},
	{"left out for a rule across fields", rule("cross-field")},
	{"a mount without its volume", rule("mount")},
	{"a container in the other list", rule("containers")},
	{"a part that patches nothing", rule("skipped")},
	{"a native sidecar", changed(func(c podtemplate.Change) bool {
		return c.Op == podtemplate.OpAdd && strings.HasPrefix(c.Path, "/spec/initContainers") && strings.Contains(string(c.New), `"restartPolicy":"Always"`)
	})},
	{"a product of node affinities", changed(func(c podtemplate.Change) bool {
		return c.Op == podtemplate.OpReplace && c.Rule == "NodeAffinity.requiredDuringSchedulingIgnoredDuringExecution"
	})},
	{"two templates meet", func(_ generate.Case, r *podtemplate.Result) bool { return len(r.Templates) > 1 }},
	{"an enforced template", mode(podtemplate.Enforced)},
	{"a named template", mode(podtemplate.Named)},
	{"a template for every container", func(c generate.Case, _ *podtemplate.Result) bool {
		return strings.Contains(text(c.Templates), `"name":"*"`)
	}},
	{"a placeholder", func(c generate.Case, _ *podtemplate.Result) bool {
		return strings.Contains(text(c.Templates), "{{ROLE}}")
	}},
}

// The properties are only as good as their cases: each kind of case occurs, and
// how often is logged (go test -v).
func TestEachKindOfCaseOccurs(t *testing.T) {
	count := census(t, generate.Options{})
	var table strings.Builder
	for i, kind := range kinds {
		fmt.Fprintf(&table, "%5d  %s\n", count[i], kind.name)
		if count[i] == 0 {
			t.Errorf("of %d cases none is: %s", sampled, kind.name)
		}
	}
	t.Logf("of %d cases:\n%s", sampled, table.String())
}

// The cases about node affinity are mostly about products of terms.
func TestCasesAboutNodeAffinityMultiplyTerms(t *testing.T) {
	count := census(t, aboutNodeAffinity)
	for i, kind := range kinds {
		if kind.name == "a product of node affinities" && count[i] < sampled/4 {
			t.Errorf("only %d of %d cases are: %s", count[i], sampled, kind.name)
		}
	}
}

// census counts the kinds among cases.
func census(t *testing.T, opts generate.Options) []int {
	t.Helper()
	draw := rapid.Custom(func(t *rapid.T) generate.Case { return generate.Draw(t, namespaces, opts) })
	s, err := ordinary()
	if err != nil {
		t.Fatal(err)
	}
	shaper := podtemplate.NewShaper(podtemplate.Options{})
	count := make([]int, len(kinds))
	for seed := range sampled {
		c := draw.Example(seed)
		raw, err := s.Create(t.Context(), c.Namespace, c.Raw(), true)
		if err != nil {
			continue
		}
		req, err := c.Request(raw)
		if err != nil {
			t.Fatal(err)
		}
		result := shaper.Shape(req)
		for i, kind := range kinds {
			if kind.is(c, &result) {
				count[i]++
			}
		}
	}
	return count
}

type isKind = func(generate.Case, *podtemplate.Result) bool

func verdict(v podtemplate.Verdict) isKind {
	return func(_ generate.Case, r *podtemplate.Result) bool { return r.Verdict == v }
}

func changed(is func(podtemplate.Change) bool) isKind {
	return func(_ generate.Case, r *podtemplate.Result) bool {
		for _, change := range r.Changes {
			if is(change) {
				return true
			}
		}
		return false
	}
}

func rule(name string) isKind {
	return changed(func(c podtemplate.Change) bool { return c.Rule == name })
}

func mode(m podtemplate.Mode) isKind {
	return func(c generate.Case, r *podtemplate.Result) bool {
		for _, ref := range r.Templates {
			for _, tpl := range c.Templates {
				if tpl.Name == ref.Name && tpl.Mode == m {
					return true
				}
			}
		}
		return false
	}
}
