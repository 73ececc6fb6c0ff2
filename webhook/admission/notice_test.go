package admission

import (
	"strings"
	"testing"
	"testing/synctest"

	"swage.dev/swage/podtemplate"
)

const controller = `"ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"other","uid":"9"},` +
	`{"apiVersion":"batch/v1","kind":"Job","name":"nightly","uid":"1","controller":true}],`

func owned(pod string) string { return strings.Replace(pod, `"labels"`, controller+`"labels"`, 1) }

var (
	keptConflict = podtemplate.Change{
		Path: "/spec/schedulerName", Op: podtemplate.OpNone, Resolution: podtemplate.Kept, Template: "team/a/pod.yaml",
	}
	rejectedConflict = podtemplate.Change{
		Path: "/spec/schedulerName", Op: podtemplate.OpNone, Resolution: podtemplate.Rejected, Template: "team/b/pod.yaml",
	}
)

var eventRows = []struct {
	rule    string
	pod     string
	more    string
	result  podtemplate.Result
	object  string // kind/name, "" for none
	reason  string
	message string
}{
	{
		"a denial, about the controller", owned(driverPod), "",
		podtemplate.Result{Verdict: podtemplate.DeniedInvalid, Reason: "why"},
		"Job/nightly", "DeniedInvalid", "pod team/driver: " + podtemplate.DeniedInvalid.Sentence() + ": why",
	},
	{
		"a denied conflict of a pod without a controller, about the template that rejects", driverPod, "",
		podtemplate.Result{Verdict: podtemplate.DeniedConflict, Changes: []podtemplate.Change{keptConflict, rejectedConflict}},
		"ConfigMap/b", "DeniedConflict", podtemplate.DeniedConflict.Sentence(),
	},
	{
		"a broken template, about its ConfigMap", driverPod, "",
		podtemplate.Result{Verdict: podtemplate.DeniedBrokenTemplate, Broken: []string{"team/b"}},
		"ConfigMap/b", "DeniedBrokenTemplate", "pod team/driver",
	},
	{
		"a conflict of an admitted pod", driverPod, "",
		podtemplate.Result{Verdict: podtemplate.Shaped, Changes: []podtemplate.Change{keptConflict}},
		"ConfigMap/a", "Conflict", "/spec/schedulerName kept (team/a/pod.yaml)",
	},
	{
		"a missing template of a pod without a controller: there is nothing to write to", driverPod, "",
		podtemplate.Result{Verdict: podtemplate.DeniedMissingTemplate},
		"", "", "",
	},
	{
		"never on a dry run", owned(driverPod), `"dryRun":true`,
		podtemplate.Result{Verdict: podtemplate.DeniedConflict, Changes: []podtemplate.Change{rejectedConflict}},
		"", "", "",
	},
	{
		"not for what just worked", owned(driverPod), "",
		podtemplate.Result{Verdict: podtemplate.Shaped, Changes: []podtemplate.Change{{Op: podtemplate.OpAdd}}},
		"", "", "",
	},
	{
		"not for a failure: it says nothing about the pod", owned(driverPod), "",
		podtemplate.Result{Verdict: podtemplate.Failed, Changes: []podtemplate.Change{keptConflict}},
		"", "", "",
	},
}

// R28: Events go to the pod's controller, else to the ConfigMap concerned, and only for what deserves one.
func TestEvents(t *testing.T) {
	for _, row := range eventRows {
		t.Run(row.rule, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				text := "spec: {schedulerName: x}\n"
				w := newWorld(t, always(row.result), true,
					configMap("a", podtemplate.Default, text), configMap("b", podtemplate.Default, text))
				var more []string
				if row.more != "" {
					more = []string{row.more}
				}
				w.post("/shape", reviewOf(row.pod, more...))
				all := w.events()
				if row.object == "" {
					if len(all) != 0 {
						t.Errorf("events %+v", all)
					}
					return
				}
				if len(all) != 1 {
					t.Fatalf("%d events", len(all))
				}
				e := all[0]
				if object := e.InvolvedObject.Kind + "/" + e.InvolvedObject.Name; object != row.object || e.InvolvedObject.UID == "" || e.Namespace != "team" {
					t.Errorf("about %s, uid %q, in %s", object, e.InvolvedObject.UID, e.Namespace)
				}
				if e.Reason != row.reason || !strings.Contains(e.Message, row.message) {
					t.Errorf("%s: %s", e.Reason, e.Message)
				}
			})
		})
	}
}

// R28: many conflicts are counted, and some named.
func TestManyConflictsAreCounted(t *testing.T) {
	changes := make([]podtemplate.Change, 100)
	for i := range changes {
		changes[i] = podtemplate.Change{Path: "/spec/x", Resolution: podtemplate.Kept, Template: "team/a/pod.yaml"}
	}
	text := describe(changes)
	if !strings.HasPrefix(text, "100 conflicts") || strings.Count(text, "/spec/x") != maxNamedConflicts || !strings.HasSuffix(text, "...") {
		t.Error(text)
	}
}
