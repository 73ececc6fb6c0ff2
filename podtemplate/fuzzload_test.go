package podtemplate

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"unicode"
)

// FuzzLoad: whatever a ConfigMap holds, loading it ends with a template or with
// a *LoadError whose problems have places and fit in a line of a log; the same
// again gives the same; and what loads can be merged into a real pod, which
// then keeps every contract of shaping.
func FuzzLoad(f *testing.F) {
	for _, cm := range goldenTemplates(f) {
		for _, text := range cm.Data {
			f.Add(text, "", "keep")
		}
	}
	for _, tmpl := range fuzzTemplates {
		f.Add(tmpl.text, "team in (a, b),!x", "replace")
	}
	f.Add("metadata: {labels: {a: \"{{APP_ID}}\"}}", "a", "reject")
	f.Add("a: &a [*a]", "", "")
	pods := capturedPods(f)
	f.Fuzz(func(t *testing.T, text, selector, onConflict string) {
		data := map[string]string{podEntry: text}
		template, err := Load(configMap(Default, data, "select", selector, "on-conflict", onConflict), LoadOptions{})
		again, errAgain := Load(configMap(Default, data, "select", selector, "on-conflict", onConflict), LoadOptions{})
		if err != nil {
			checkLoadError(t, text, err, errAgain)
			return
		}
		if errAgain != nil || template.Digest != again.Digest {
			t.Fatalf("loaded once as %s, then as %s: %v", template.Digest, again.Digest, errAgain)
		}
		for _, raw := range pods {
			mergeLoaded(t, template, raw)
		}
	})
}

func checkLoadError(t *testing.T, text string, err, again error) {
	t.Helper()
	var failed *LoadError
	if !errors.As(err, &failed) || len(failed.Problems) == 0 {
		t.Fatalf("got %v, want a *LoadError with problems", err)
	}
	if again == nil || again.Error() != err.Error() {
		t.Errorf("first %q, then %v", err, again)
	}
	for _, p := range failed.Problems {
		if p.Message == "" || p.Line < 0 || p.Line > strings.Count(text, "\n")+2 {
			t.Errorf("a problem without a message, or in line %d: %+v", p.Line, p)
		}
		if strings.ContainsFunc(p.String(), unicode.IsControl) {
			t.Errorf("control characters: %q", p)
		}
	}
}

func mergeLoaded(t *testing.T, template *Template, raw []byte) {
	t.Helper()
	pod, err := ParsePod(bytes.Clone(raw))
	if err != nil {
		t.Fatal(err)
	}
	library := NewLibrary([]Entry{{Namespace: "team-a", Name: "t", Mode: Default, Template: template}}, Limits{})
	req := Request{Pod: pod, Namespace: "team-a", Templates: library}
	shaper := NewShaper(Options{})
	result := shaper.Shape(req)
	if result.Verdict == Failed {
		t.Fatalf("a loaded template made shaping fail: %s", result.Reason)
	}
	checkPatch(t, raw, &result)
	if result.Verdict.Allowed() {
		checkIdempotence(t, shaper, req, &result)
	}
}
