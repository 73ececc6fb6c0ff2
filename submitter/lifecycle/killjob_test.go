package lifecycle_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"swage.dev/swage/submitter/lifecycle"
)

// S21: a run goes with its Job, and its schedule goes on, which is said. How long
// its driver has is the pod's business, which the deletion of a Job does not reach.
func TestS21KillARun(t *testing.T) {
	for _, row := range []struct {
		rule  string
		grace *time.Duration
		calls []string
	}{
		{"as its pods say", nil, []string{"DELETE jobs/nightly-2"}},
		{"at once", new(time.Duration(0)), []string{"DELETE jobs/nightly-2", "DELETE pods/nightly-2-a", "DELETE pods/nightly-2-b"}},
	} {
		w := newWorld()
		twoRuns(t, w)
		app, err := lifecycle.Find(t.Context(), w.server(), "default", "nightly")
		if err != nil {
			t.Fatal(err)
		}
		killed, err := lifecycle.Kill(t.Context(), w.server(), app, lifecycle.KillOptions{Grace: row.grace})
		if err != nil || !strings.Contains(killed.Note, "the schedule nightly goes on") || killed.Objects[0] != "job/nightly-2" || !slices.Contains(killed.Objects, "pod/nightly-2-a") {
			t.Errorf("%s: %v, %+v", row.rule, err, killed)
		}
		var calls []string
		for _, call := range w.calls {
			if strings.HasPrefix(call, "DELETE") {
				calls = append(calls, call)
			}
		}
		if !slices.Equal(calls, row.calls) {
			t.Errorf("%s: got %q", row.rule, calls)
		}
	}
}
