package lifecycle_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/lifecycle"
)

// control plays the Job controller and the node.
func (w *claimWorld) control() {
	time.Sleep(time.Second)
	w.mu.Lock()
	defer w.mu.Unlock()
	for path, job := range w.objects {
		uid := meta(job)["uid"]
		switch {
		case !strings.HasPrefix(path, "jobs/stage-"):
		case w.noPod != "":
			w.put("events/e", tree{"metadata": tree{"name": "e"}, "reason": "FailedCreate", "message": w.noPod, "involvedObject": tree{"uid": uid}})
		default:
			template := copied(job["spec"].(tree)["template"].(tree))
			w.put("pods/stage-x", tree{
				"metadata": tree{
					"name": "stage-x", "namespace": "default", "labels": tree{"batch.kubernetes.io/controller-uid": uid},
					"ownerReferences": []any{tree{"kind": "Job", "name": "stage", "uid": uid, "controller": true}},
				},
				"spec": template["spec"], "status": w.state(),
			})
		}
	}
}

// S22: files are put on a claim by a Job that is gone thereafter, before anything of the application is there; that the API server
// would take all of it is asked before.
func TestS22FilesArePutOnAClaim(t *testing.T) {
	for rule, job := range map[string]*submitter.JobOptions{"pods": nil, "jobs": {Retries: 2}} {
		synctest.Test(t, func(t *testing.T) {
			w := newClaimWorld()
			objects := claimPlan(t, job)
			if _, err := stageTo(t, w, objects, lifecycle.StageOptions{}); err != nil {
				t.Fatal(err)
			}
			if w.got < 900_001 || len(w.left()) > 0 {
				t.Errorf("%s: %d bytes, left %q", rule, w.got, w.left())
			}
			if !slices.Contains(w.asked, "configmaps") || !slices.Contains(w.asked, rule) {
				t.Errorf("%s: asked for %q", rule, w.asked)
			}
		})
	}
}

// S22: the pod goes where templates of the webhook send the driver, of a pod as of a Job.
func TestS22TemplatesSayWhereFilesAreReceived(t *testing.T) {
	for rule, job := range map[string]*submitter.JobOptions{"a driver": nil, "a Job": {Retries: 2}} {
		synctest.Test(t, func(t *testing.T) {
			w := newClaimWorld()
			w.shapes = func(pod tree) { pod["spec"].(tree)["nodeSelector"] = tree{"pool": "spot"} }
			if _, err := stageTo(t, w, claimPlan(t, job), lifecycle.StageOptions{}); err != nil {
				t.Fatal(err)
			}
			for _, event := range w.history {
				if event.path == "pods/stage-x" && event.object["spec"].(tree)["nodeSelector"].(tree)["pool"] != "spot" {
					t.Errorf("%s: the pod is %v", rule, event.object["spec"])
				}
			}
		})
	}
}

// S22: what keeps files from being put on a claim is told before anything is created.
func TestS22ToldBeforeAnythingIsCreated(t *testing.T) {
	claim := func(change func(tree)) func(*claimWorld) {
		return func(w *claimWorld) { change(w.objects["persistentvolumeclaims/files"]) }
	}
	for _, row := range []struct {
		rule string
		edit func(*claimWorld)
		want string
	}{
		{"no right to attach", func(w *claimWorld) { w.lacks = "create pods/attach" }, "files cannot be put on the claim files: rights are missing in namespace default: create pods/attach"},
		{"no right to make the pod", func(w *claimWorld) { w.lacks = "create jobs" }, "create jobs.batch"},
		{"no right to remove it", func(w *claimWorld) { w.lacks = "delete jobs" }, "delete jobs.batch"},
		{"no right to see it", func(w *claimWorld) { w.lacks = "watch pods" }, "watch pods"},
		{"no such claim", func(w *claimWorld) { delete(w.objects, "persistentvolumeclaims/files") }, "there is no claim files in namespace default: create it"},
		{"being deleted", claim(func(c tree) { meta(c)["deletionTimestamp"] = "2026-01-01T00:00:00Z" }), "it is being deleted"},
		{"lost", claim(func(c tree) { c["status"] = tree{"phase": "Lost"} }), "its volume is gone"},
		{"to be read only", claim(func(c tree) { c["spec"].(tree)["accessModes"] = []any{"ReadOnlyMany"} }), "it can only be read (ReadOnlyMany)"},
		{"bound to what is to be read only", claim(func(c tree) { c["status"] = tree{"phase": "Bound", "accessModes": []any{"ReadOnlyMany"}} }), "it can only be read (ReadOnlyMany)"},
		{"a block device", claim(func(c tree) { c["spec"].(tree)["volumeMode"] = "Block" }), "it is a block device"},
		{"the driver would be refused", func(w *claimWorld) {
			w.dry = func(path string) int { return map[string]int{"pods": http.StatusForbidden}[path] }
		}, "the Pod pi-"},
		{"its configuration would be", func(w *claimWorld) {
			w.dry = func(path string) int { return map[string]int{"configmaps": http.StatusForbidden}[path] }
		}, "would be refused, so that no file was sent: the test refuses it"},
	} {
		w := newClaimWorld()
		row.edit(w)
		_, err := stageTo(t, w, claimPlan(t, nil), lifecycle.StageOptions{})
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v", row.rule, err)
		}
		if left := w.left(); len(left) > 0 || slices.Contains(w.calls, "POST jobs") {
			t.Errorf("%s: created %q", row.rule, left)
		}
	}
}

// S22: who may not read claims is not kept from using one: the scheduler knows.
func TestS22WhoMayNotReadClaims(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newClaimWorld()
		w.refuse = func(call string) int {
			return map[string]int{"GET persistentvolumeclaims/files": http.StatusForbidden}[call]
		}
		if _, err := stageTo(t, w, claimPlan(t, nil), lifecycle.StageOptions{}); err != nil {
			t.Error(err)
		}
	})
}

// S22, S13: a webhook that looks for what must be there before the driver, as Volcano's does, is not asked about a driver without it; and
// one that knows no dry runs is no refusal.
func TestS22WhatADryRunCannotTell(t *testing.T) {
	for rule, edit := range map[string]func(*claimWorld, *submitter.Objects){
		"a group that is not there yet": func(w *claimWorld, objects *submitter.Objects) {
			objects.Before = append(objects.Before, objects.Owned[0])
			w.dry = func(path string) int { return map[string]int{"pods": http.StatusForbidden}[path] }
		},
		"no dry runs": func(w *claimWorld, _ *submitter.Objects) { w.dry = func(string) int { return http.StatusBadRequest } },
	} {
		synctest.Test(t, func(t *testing.T) {
			w, objects := newClaimWorld(), claimPlan(t, nil)
			edit(w, objects)
			if _, err := stageTo(t, w, objects, lifecycle.StageOptions{}); err != nil {
				t.Errorf("%s: %v", rule, err)
			}
		})
	}
}

// S22: whatever goes wrong is told with its cause, and the Job is removed.
func TestS22StagingToAClaimFails(t *testing.T) {
	for _, row := range []struct {
		rule string
		edit func(*claimWorld)
		want string
	}{
		{"the volume is full", func(w *claimWorld) { w.exits, w.says = 1, "swage-helper: the volume for the files is full" }, "staging files into pvc/files: swage-stage ended with exit code 1: swage-helper: the volume for the files is full"},
		{"no node takes the pod", func(w *claimWorld) { w.never = true }, "not done within 1m0s: Unschedulable: no node; --stage-timeout allows for more"},
		{"a quota", func(w *claimWorld) { w.noPod = "exceeded quota: pods" }, "not done within 1m0s: its Job has made no pod: its Job may not make the pod: exceeded quota: pods"},
		{"the Job is refused", func(w *claimWorld) {
			w.refuse = func(call string) int { return map[string]int{"POST jobs": http.StatusForbidden}[call] }
		}, "creating the Job stage-pi-"},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newClaimWorld()
			row.edit(w)
			var warned []string
			_, err := stageTo(t, w, claimPlan(t, nil), lifecycle.StageOptions{Timeout: time.Minute, Waiting: func(why string) { warned = append(warned, why) }})
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("%s: got %v", row.rule, err)
			}
			if (w.never || w.noPod != "") != (len(warned) == 1) {
				t.Errorf("%s: warned %q", row.rule, warned)
			}
			if left := w.left(); len(left) > 0 {
				t.Errorf("%s: left %q", row.rule, left)
			}
		})
	}
}

// S22: who interrupts is not kept waiting, and the Job is removed all the same.
func TestS22StagingToAClaimIsInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newClaimWorld()
		w.never = true
		enough := errors.New("enough")
		ctx, cancel := context.WithCancelCause(t.Context())
		go func() {
			time.Sleep(5 * time.Second)
			cancel(enough)
		}()
		begun := time.Now()
		_, err := lifecycle.StageToClaim(ctx, w.server(), claimPlan(t, nil), lifecycle.StageOptions{Files: jar, Attach: w.attach})
		if !errors.Is(err, enough) || time.Since(begun) != 5*time.Second {
			t.Errorf("after %s: %v", time.Since(begun), err)
		}
		if left := w.left(); len(left) > 0 {
			t.Errorf("left %q", left)
		}
	})
}

// S22: where the application cannot be created after all, Kubernetes is asked to remove what was put on the claim for it.
func TestS22FilesAreTakenBackFromAClaim(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, failed := newClaimWorld(), errors.New("no driver")
		objects := claimPlan(t, nil)
		undo, err := stageTo(t, w, objects, lifecycle.StageOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if err := undo(failed); !errors.Is(err, failed) || err.Error() != "no driver" {
			t.Error(err)
		}
		if left := w.left(); len(left) != 1 || !strings.HasPrefix(left[0], "jobs/unstage-pi-") {
			t.Errorf("left %q", left)
		}
		w.refuse = func(string) int { return http.StatusForbidden }
		if err := undo(failed); !errors.Is(err, failed) || !strings.Contains(err.Error(), "the folder "+objects.Staging.Claim.Folder+" is left on the claim files") {
			t.Error(err)
		}
		time.Sleep(2 * time.Second) // until who plays the controller has seen the Job
	})
}
