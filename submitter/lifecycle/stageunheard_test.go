package lifecycle_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"swage.dev/swage/submitter/lifecycle"
)

// S22: where all was sent and nobody tells whether it arrived, the folder may be there: Kubernetes is asked to remove it, and where that
// fails, the error names it. Where it cannot be there, no pod is started for nothing.
func TestS22AFolderWhoseArrivalNobodyTells(t *testing.T) {
	for _, row := range []struct {
		rule    string
		edit    func(*claimWorld)
		removed bool
		want    string
	}{
		{"the container's end is never seen", func(w *claimWorld) { w.mute = true }, true, "all was sent, and the container does not say that it has it"},
		{"it was killed when it had all", func(w *claimWorld) { w.exits = 137 }, true, "swage-stage ended with exit code 137"},
		{"it says that it has not all", func(w *claimWorld) { w.exits = 1 }, false, "swage-stage ended with exit code 1"},
		{"the connection breaks half-way", func(w *claimWorld) { w.breaks = 1000 }, false, "the connection was lost"},
		{"and the API server refuses the removal", func(w *claimWorld) {
			w.mute = true
			w.refuse = secondJobRefused()
		}, false, " is left on the claim files, remove it from a pod that mounts it"},
	} {
		synctest.Test(t, func(t *testing.T) {
			w, objects := newClaimWorld(), claimPlan(t, nil)
			row.edit(w)
			undo, err := stageTo(t, w, objects, lifecycle.StageOptions{})
			if undo != nil || err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("%s: got %v", row.rule, err)
			}
			if named := strings.Contains(err.Error(), objects.Staging.Claim.Folder); named != (w.refuse != nil) {
				t.Errorf("%s: the folder is named: %t: %v", row.rule, named, err)
			}
			wantRemoval(t, w, row.rule, row.removed)
		})
	}
}

// S22: an interrupt after the last byte leaves no folder either, and nobody is kept waiting.
func TestS22AnInterruptAfterTheLastByte(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, enough := newClaimWorld(), errors.New("enough")
		w.mute = true
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(5*time.Second, func() { cancel(enough) })
		begun := time.Now()
		_, err := lifecycle.StageToClaim(ctx, w.server(), claimPlan(t, nil), lifecycle.StageOptions{Files: jar, Attach: w.attach})
		if !errors.Is(err, enough) || time.Since(begun) != 5*time.Second {
			t.Errorf("after %s: %v", time.Since(begun), err)
		}
		wantRemoval(t, w, "an interrupt", true)
	})
}

// wantRemoval wants the Job that removes a folder, or nothing, to be all that is left.
func wantRemoval(t *testing.T, w *claimWorld, rule string, removed bool) {
	t.Helper()
	time.Sleep(2 * time.Second) // until who plays the controller has seen the Job
	left := w.left()
	if removed != (len(left) == 1) || removed && !strings.HasPrefix(left[0], "jobs/unstage-pi-") || !removed && len(left) > 0 {
		t.Errorf("%s: left %q", rule, left)
	}
}

func secondJobRefused() func(call string) int {
	jobs := 0
	return func(call string) int {
		if call == "POST jobs" {
			jobs++
		}
		if jobs < 2 {
			return 0
		}
		return http.StatusForbidden
	}
}
