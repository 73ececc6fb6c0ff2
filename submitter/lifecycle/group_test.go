package lifecycle_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/lifecycle"
	"swage.dev/swage/submitter/submittertest"
)

const volcanoStep = "spark.kubernetes.driver.pod.featureSteps=org.apache.spark.deploy.k8s.features.VolcanoFeatureStep"

func grouped(t *testing.T) *submitter.Objects {
	t.Helper()
	return submittertest.Request{Version: "4.2.0", Args: []string{"--conf", volcanoStep}}.Must(t)
}

// Volcano's webhook refuses a pod whose group does not exist: the group comes
// first, and is the driver's before that may run.
func TestS13TheGroupComesFirst(t *testing.T) {
	var f fakeServer
	objects := grouped(t)
	driver, err := lifecycle.Apply(t.Context(), f.start(t), objects)
	if err != nil {
		t.Fatal(err)
	}
	stored, calls := f.stored()
	group := "/apis/scheduling.volcano.sh/v1beta1/namespaces/default/podgroups"
	if calls[0] != "POST "+group || calls[len(calls)-2] != "PATCH "+group+"/"+objects.AppID+"-podgroup" {
		t.Errorf("got %q", calls)
	}
	check(t, stored, string(driver.UID), false)
}

// S5: killed at any call, at most a group that no pod is in has no owner.
func TestS5KilledAtEachCallWithAGroup(t *testing.T) {
	for n := 1; n <= 4+len(grouped(t).Owned); n++ {
		var f fakeServer
		server := f.start(t)
		ctx, kill := context.WithCancel(t.Context())
		f.before = func(number int, _ string) bool {
			if number > n {
				kill()
			}
			return number <= n
		}
		objects := grouped(t)
		_, err := lifecycle.Apply(ctx, server, objects)
		kill()
		stored, _ := f.stored()
		driver := stored["pods/"+objects.Driver.Name]
		if driver == nil {
			if len(stored) > 1 || n > 1 {
				t.Errorf("killed after call %d: %d objects and no driver", n, len(stored))
			}
			continue
		}
		group := "podgroups/" + objects.AppID + "-podgroup"
		if owned := ownerOf(stored[group]) != ""; !owned && !gated(driver) {
			t.Errorf("killed after call %d (%v): the driver may run, and the group is nobody's", n, err)
		}
		delete(stored, group)
		check(t, stored, driver["metadata"].(map[string]any)["uid"].(string), gated(driver))
	}
}

// S8: what fails takes the group back, too.
func TestS8FailureTakesTheGroupBack(t *testing.T) {
	for _, refused := range []string{"POST /api/v1/namespaces/default/pods", "POST /api/v1/namespaces/default/services", "PATCH /apis", "PATCH /api/v1"} {
		f := fakeServer{refuse: func(call string) int {
			if strings.HasPrefix(call, refused) {
				return http.StatusForbidden
			}
			return 0
		}}
		_, err := lifecycle.Apply(t.Context(), f.start(t), grouped(t))
		if stored, _ := f.stored(); err == nil || len(stored) != 0 {
			t.Errorf("%s: %v, left behind: %d objects", refused, err, len(stored))
		}
	}
}

// A cluster without Volcano does not know the kind.
func TestS13NoVolcano(t *testing.T) {
	f := fakeServer{refuse: func(call string) int {
		if strings.Contains(call, "podgroups") {
			return http.StatusNotFound
		}
		return 0
	}}
	_, err := lifecycle.Apply(t.Context(), f.start(t), grouped(t))
	if err == nil || !strings.Contains(err.Error(), "this cluster knows no PodGroup of scheduling.volcano.sh") {
		t.Errorf("got %v", err)
	}
}

// A group that cannot be taken back is named.
func TestAGroupThatCannotBeTakenBackIsNamed(t *testing.T) {
	f := fakeServer{refuse: func(call string) int {
		if strings.HasPrefix(call, "DELETE") || strings.HasSuffix(call, "/pods") {
			return http.StatusForbidden
		}
		return 0
	}}
	objects := grouped(t)
	_, err := lifecycle.Apply(t.Context(), f.start(t), objects)
	if want := "kubectl -n default delete podgroups.scheduling.volcano.sh " + objects.AppID + "-podgroup"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}
