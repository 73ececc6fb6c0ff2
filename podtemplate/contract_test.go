package podtemplate

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"testing"
)

// checkContract checks what holds for every pod that is shaped: all rows of all tables go through it.
func checkContract(t *testing.T, shaper *Shaper, req Request, result *Result) {
	t.Helper()
	asRead := req.Pod.JSON()
	checkPatch(t, asRead, result)
	for _, c := range result.Changes {
		checkChange(t, c, asRead, result)
	}
	for _, warning := range result.Warnings {
		if len([]rune(warning)) > warningLength {
			t.Errorf("warning of %d characters: %s", len(warning), warning)
		}
	}
	if !result.Verdict.Allowed() {
		checkDenied(t, result)
		return
	}
	checkOrder(t, "", decodeJSON(t, asRead), decodeJSON(t, result.Pod()))
	checkIdempotence(t, shaper, req, result)
	checkLoadOrder(t, req, result)
}

// checkPatch: each operation finds its target, and together they make exactly the shaped pod.
func checkPatch(t *testing.T, asRead []byte, result *Result) {
	t.Helper()
	if result.Patch() == nil {
		if result.Verdict.Allowed() && !bytes.Equal(asRead, result.Pod()) {
			t.Errorf("no patch, but another pod:\n%s\n%s", asRead, result.Pod())
		}
		return
	}
	patched, err := applyPatch(decodeJSON(t, asRead), result.Patch())
	if err != nil {
		t.Fatalf("%v\npatch: %s\npod: %s", err, result.Patch(), asRead)
	}
	if want := decodeJSON(t, result.Pod()); !reflect.DeepEqual(patched, want) {
		t.Errorf("the patch makes:\n%s\nthe shaped pod is:\n%s\npatch: %s", asYAML(patched), asYAML(want), result.Patch())
	}
}

func checkDenied(t *testing.T, result *Result) {
	t.Helper()
	if result.Pod() != nil || result.Patch() != nil {
		t.Error("a denied pod is shaped")
	}
	if result.Reason == "" {
		t.Error("a denial without a reason")
	}
}

// checkChange: where a change says that it is, there its values are.
func checkChange(t *testing.T, c Change, asRead []byte, result *Result) {
	t.Helper()
	allowed := result.Verdict.Allowed()
	if c.Rule == "" || (c.Template == "") != (c.Rule == ruleShaped) {
		t.Errorf("%+v: every change has a rule, and a template unless it is Swage's own", c)
	}
	wantOld, wantNew := c.Op != OpAdd, c.Op != OpRemove
	if c.Op != OpNone && ((c.Old != nil) != wantOld || (c.New != nil) != wantNew) {
		t.Errorf("%s %s: old %s, new %s", c.Op, c.Path, c.Old, c.New)
	}
	if (c.Op == OpAdd || c.Op == OpReplace) && allowed {
		checkThere(t, c, c.New, result.Pod())
	} else {
		checkThere(t, c, c.Old, asRead)
	}
	checkResolution(t, c)
}

// checkThere compares a value with what is at the change's path. An element
// that got members from other templates, too, contains at least the value.
func checkThere(t *testing.T, c Change, value json.RawMessage, document []byte) {
	t.Helper()
	at, found := lookUp(decodeJSON(t, document), c.Path)
	switch {
	case value == nil && found:
		t.Errorf("%s %s %s: there is %v, the change says nothing was", c.Op, c.Path, c.Rule, at)
	case value != nil && !found:
		t.Errorf("%s %s %s: nothing is there, the change says %s", c.Op, c.Path, c.Rule, value)
	case value != nil && !holds(at, decodeJSON(t, value)):
		t.Errorf("%s %s %s: there is %v, the change says %s", c.Op, c.Path, c.Rule, at, value)
	}
}

// holds tells whether have contains want: later changes may have added members and elements.
func holds(have, want any) bool {
	switch want := want.(type) {
	case map[string]any:
		have, ok := have.(map[string]any)
		for name, value := range want {
			ok = ok && holds(have[name], value)
		}
		return ok
	case []any:
		have, ok := have.([]any)
		for _, value := range want {
			ok = ok && slices.ContainsFunc(have, func(element any) bool { return holds(element, value) })
		}
		return ok
	}
	return reflect.DeepEqual(have, want)
}

func checkResolution(t *testing.T, c Change) {
	t.Helper()
	switch {
	case (c.Rule == ruleProtected || c.Rule == ruleSkipped) && (c.Op != OpNone || c.Resolution != ""):
		t.Errorf("%s %s %s %s: protected and skipped records do nothing and are no conflicts", c.Op, c.Path, c.Rule, c.Resolution)
	case (c.Resolution == Kept || c.Resolution == Rejected) && c.Op != OpNone:
		t.Errorf("%s %s %s: what is %s is not done", c.Op, c.Path, c.Rule, c.Resolution)
	case c.Op == OpNone && c.Resolution == Replaced:
		t.Errorf("%s %s: replaced, but nothing is done", c.Path, c.Rule)
	}
}

// checkOrder: nothing moves. Members and elements that are still there stand in their old order.
func checkOrder(t *testing.T, path string, before, after any) {
	t.Helper()
	switch before := before.(type) {
	case map[string]any:
		after, _ := after.(map[string]any)
		for name, value := range before {
			checkOrder(t, path+"/"+name, value, after[name])
		}
	case []any:
		after, _ := after.([]any)
		next := 0
		for _, element := range before {
			i := slices.IndexFunc(after, func(a any) bool { return reflect.DeepEqual(a, element) })
			if i < 0 {
				continue
			}
			if i < next && !slices.ContainsFunc(after[next:], func(a any) bool { return reflect.DeepEqual(a, element) }) {
				t.Errorf("%s: %v has moved", path, element)
			}
			next = max(next, i)
		}
	}
}

// checkIdempotence: the API server's second call, on our own result, finds nothing to do.
func checkIdempotence(t *testing.T, shaper *Shaper, req Request, result *Result) {
	t.Helper()
	again, err := ParsePod(result.Pod())
	if err != nil {
		t.Fatal(err)
	}
	req.Pod = again
	second := shaper.Shape(req)
	if second.Patch() != nil || !second.Verdict.Allowed() {
		t.Errorf("second call: %s %s\npatch: %s\non: %s", second.Verdict, second.Reason, second.Patch(), result.Pod())
	}
}

// checkLoadOrder: the same bytes come out whatever the order in which templates were loaded, and without a warm cache.
func checkLoadOrder(t *testing.T, req Request, result *Result) {
	t.Helper()
	entries := req.Templates.Entries()
	slices.Reverse(entries)
	pod, err := ParsePod(slices.Clone(req.Pod.JSON()))
	if err != nil {
		t.Fatal(err)
	}
	req.Pod, req.Templates = pod, NewLibrary(entries, Limits{})
	other := NewShaper(Options{}).Shape(req)
	if !bytes.Equal(other.Pod(), result.Pod()) || !bytes.Equal(other.Patch(), result.Patch()) {
		t.Errorf("loaded in another order:\n%s\nelse:\n%s", other.Pod(), result.Pod())
	}
}
