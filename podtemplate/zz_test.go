package podtemplate

import "testing"

func TestZZ(t *testing.T) {
	row := shaping{by: fuzzTemplates}
	for name, p := range map[string]string{"full": fullPod, "min": "{}"} {
		for _, role := range []Role{Driver, Executor} {
			req := row.request(t, row.podJSON(t, p))
			req.Role = role
			r := NewShaper(Options{}).Shape(req)
			t.Log(name, role, r.Verdict, r.Reason, r.Warnings, len(r.Changes))
		}
	}
	for n, p := range capturedPods(t) {
		req := row.request(t, p)
		r := NewShaper(Options{}).Shape(req)
		t.Log(n, r.Verdict, r.Reason)
	}
}
