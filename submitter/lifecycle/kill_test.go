package lifecycle_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/submitter/lifecycle"
)

const ownedServices = `{"items":[{"metadata":{"name":"s","ownerReferences":[{"uid":"u"}]}},{"metadata":{"name":"other","ownerReferences":[{"uid":"x"}]}}]}`

// The driver is deleted, and what it owns before it; kinds that may not be listed are not told of.
func TestKillDeletesTheDriver(t *testing.T) {
	a := &answers{fixed: map[string]string{"GET services": ownedServices, "DELETE pods/d": "{}"}}
	killed, err := lifecycle.Kill(t.Context(), a.server(), &lifecycle.Pods{Driver: sparkPod("driver", "d")}, lifecycle.KillOptions{Grace: new(7 * time.Second)})
	if err != nil || !slices.Equal(killed.Objects, []string{"pod/d", "service/s"}) || killed.Note != "" {
		t.Errorf("got %+v, %v", killed, err)
	}
	wantAll(t, a.calls[len(a.calls)-1], "DELETE pods/d", `"propagationPolicy":"Foreground"`, `"gracePeriodSeconds":7`, `"preconditions":{"uid":"u"}`)
}

// A Job makes another driver: the Job is deleted. Another owner may make another driver, too, and is named.
func TestKillKnowsWhoMadeTheDriver(t *testing.T) {
	driver := sparkPod("driver", "d")
	driver.OwnerReferences = []metav1.OwnerReference{{APIVersion: "batch/v1", Kind: "Job", Name: "j", UID: "ju", Controller: new(true)}}
	a := &answers{fixed: map[string]string{"DELETE jobs/j": "{}"}}
	killed, err := lifecycle.Kill(t.Context(), a.server(), &lifecycle.Pods{Driver: driver}, lifecycle.KillOptions{})
	if err != nil || killed.Objects[0] != "job/j" {
		t.Errorf("got %+v, %v", killed, err)
	}
	wantAll(t, a.calls[len(a.calls)-1], `"uid":"ju"`, `"propagationPolicy":"Foreground"`)

	driver.OwnerReferences[0].Kind = "SparkApplication"
	a = &answers{fixed: map[string]string{"DELETE pods/d": "{}"}}
	killed, err = lifecycle.Kill(t.Context(), a.server(), &lifecycle.Pods{Driver: driver}, lifecycle.KillOptions{})
	if err != nil || killed.Objects[0] != "pod/d" || !strings.Contains(killed.Note, "SparkApplication j") {
		t.Errorf("got %+v, %v", killed, err)
	}
}

func TestKillNeedsADriver(t *testing.T) {
	a := &answers{}
	app := &lifecycle.Pods{}
	app.Executors = append(app.Executors, sparkPod("executor", "e"))
	if _, err := lifecycle.Kill(t.Context(), a.server(), app, lifecycle.KillOptions{}); !errors.Is(err, lifecycle.ErrNoDriver) || len(a.calls) != 0 {
		t.Errorf("got %v, calls %q", err, a.calls)
	}
}

// spark-submit --kill with the name of somebody's pod would delete that.
func TestKillByNameLeavesOthersPodsAlone(t *testing.T) {
	a := &answers{fixed: map[string]string{"DELETE pods/d": "{}"}}
	stranger := sparkPod("driver", "d")
	stranger.Labels = map[string]string{"app": "database"}
	if err := lifecycle.KillDriver(t.Context(), a.server(), stranger, nil); !errors.Is(err, lifecycle.ErrNoDriver) || len(a.calls) != 0 {
		t.Errorf("got %v, calls %q", err, a.calls)
	}
	if err := lifecycle.KillDriver(t.Context(), a.server(), sparkPod("driver", "d"), nil); err != nil || len(a.calls) != 1 {
		t.Errorf("got %v, calls %q", err, a.calls)
	}
}
