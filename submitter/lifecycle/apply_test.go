package lifecycle_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/lifecycle"
	"swage.dev/swage/submitter/submittertest"
)

// rich is a plan with objects of many kinds.
func rich(t *testing.T) *submitter.Objects {
	t.Helper()
	const claim = "spark.kubernetes.driver.volumes.persistentVolumeClaim.data."
	return submittertest.Request{Version: "4.2.0", Args: []string{
		"--conf", "spark.my.password=x", "--conf", claim + "mount.path=/d", "--conf", claim + "options.claimName=OnDemand",
		"--conf", claim + "options.storageClass=fast", "--conf", claim + "options.sizeLimit=1Gi",
	}}.Must(t)
}

// S5: the driver first and gated, then what it owns, then the gate is lifted.
func TestS5Order(t *testing.T) {
	var f fakeServer
	objects := rich(t)
	driver, err := lifecycle.Apply(t.Context(), f.start(t), objects)
	if err != nil {
		t.Fatal(err)
	}
	stored, calls := f.stored()
	first, last := calls[0], calls[len(calls)-1]
	if first != "POST /api/v1/namespaces/default/pods" || last != "PATCH /api/v1/namespaces/default/pods/"+driver.Name {
		t.Errorf("got %q", calls)
	}
	if len(calls) != 2+len(objects.Owned) || len(stored) != 1+len(objects.Owned) {
		t.Errorf("%d calls, %d objects for %d owned", len(calls), len(stored), len(objects.Owned))
	}
	check(t, stored, string(driver.UID), false)
	if len(objects.Driver.Spec.SchedulingGates) != 0 || len(objects.Owned[0].GetOwnerReferences()) != 0 {
		t.Error("the plan was changed")
	}
}

// check fails for an object that no driver owns, and for a driver whose gate is not as wanted.
func check(t *testing.T, stored map[string]map[string]any, uid string, wantGate bool) {
	t.Helper()
	for name, object := range stored {
		switch {
		case strings.HasPrefix(name, "pods/"):
			if gated(object) != wantGate {
				t.Errorf("%s is gated: %v", name, gated(object))
			}
		case ownerOf(object) != uid:
			t.Errorf("%s is owned by %q, the driver is %q", name, ownerOf(object), uid)
		}
	}
}

// S5: killed at any call, before or after it took effect, nothing is left
// without an owner, and a driver whose configuration may be missing is gated.
func TestS5KilledAtEachCall(t *testing.T) {
	calls := 2 + len(rich(t).Owned)
	for n := 1; n <= calls; n++ {
		for _, before := range []bool{true, false} {
			var f fakeServer
			server := f.start(t)
			ctx, kill := context.WithCancel(t.Context())
			dead := func(number int, _ string) bool { // from then on nothing leaves the process
				if number >= n {
					kill()
				}
				return number < n
			}
			f.after = dead
			if before {
				f.before = dead
			} else {
				f.before = func(number int, _ string) bool { return number <= n }
			}
			if _, err := lifecycle.Apply(ctx, server, rich(t)); err == nil {
				t.Errorf("call %d: no error", n)
			}
			f.wantNoOrphan(t, n, calls, before)
		}
	}
}

func (f *fakeServer) wantNoOrphan(t *testing.T, n, calls int, before bool) {
	t.Helper()
	stored, _ := f.stored()
	uid := ""
	for name, object := range stored {
		if strings.HasPrefix(name, "pods/") {
			uid = object["metadata"].(map[string]any)["uid"].(string)
		}
	}
	if uid == "" && len(stored) > 0 || n > 1 && uid == "" {
		t.Errorf("killed at call %d: there is no driver for %d objects", n, len(stored))
	}
	lifted := n == calls && !before
	check(t, stored, uid, !lifted)
	if lifted && len(stored) != calls-1 {
		t.Errorf("the driver may run with %d of %d objects", len(stored), calls-1)
	}
}

// S8: any failure before the gate is lifted takes everything back.
func TestS8FailureTakesBack(t *testing.T) {
	for _, refused := range []string{"services", "secrets", "persistentvolumeclaims", "networkpolicies", "PATCH"} {
		f := fakeServer{refuse: func(call string) int {
			if strings.HasSuffix(call, refused) || strings.HasPrefix(call, refused) {
				return http.StatusForbidden
			}
			return 0
		}}
		_, err := lifecycle.Apply(t.Context(), f.start(t), rich(t))
		if !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), "exceeded quota: tiny") {
			t.Errorf("%s: %v", refused, err)
		}
		if stored, _ := f.stored(); len(stored) != 0 {
			t.Errorf("%s: left behind: %d objects", refused, len(stored))
		}
	}
}

// S8: a submission that is cancelled midway is taken back too.
func TestS8CancelledIsTakenBack(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	f := fakeServer{after: func(number int, _ string) bool {
		if number == 2 {
			cancel()
		}
		return true
	}}
	_, err := lifecycle.Apply(ctx, f.start(t), rich(t))
	if stored, _ := f.stored(); !errors.Is(err, context.Canceled) || len(stored) != 0 {
		t.Errorf("%v; left behind: %d objects", err, len(stored))
	}
}

// The answer to the first call is lost: the driver is found, and taken back.
func TestS8LostAnswer(t *testing.T) {
	f := fakeServer{after: func(number int, _ string) bool { return number > 1 }}
	_, err := lifecycle.Apply(t.Context(), f.start(t), rich(t))
	if stored, _ := f.stored(); err == nil || len(stored) != 0 {
		t.Errorf("%v; left behind: %d objects", err, len(stored))
	}
}

func TestWhatCannotBeTakenBackIsNamed(t *testing.T) {
	f := fakeServer{refuse: func(call string) int {
		if strings.HasPrefix(call, "DELETE") || strings.HasSuffix(call, "services") {
			return http.StatusForbidden
		}
		return 0
	}}
	objects := rich(t)
	_, err := lifecycle.Apply(t.Context(), f.start(t), objects)
	if err == nil || !strings.Contains(err.Error(), "kubectl -n default delete pod "+objects.Driver.Name) {
		t.Errorf("got %v", err)
	}
}

// S9: a fixed name that is taken is an error, and the other pod stays as it is.
func TestS9NameIsTaken(t *testing.T) {
	var f fakeServer
	server := f.start(t)
	fixed := submittertest.Request{Args: []string{"--conf", "spark.kubernetes.driver.pod.name=mine"}}
	if _, err := lifecycle.Apply(t.Context(), server, fixed.Must(t)); err != nil {
		t.Fatal(err)
	}
	before, _ := f.stored()
	_, err := lifecycle.Apply(t.Context(), server, fixed.Must(t))
	after, _ := f.stored()
	if !apierrors.IsAlreadyExists(err) || !strings.Contains(err.Error(), "spark.kubernetes.driver.pod.name") || len(after) != len(before) {
		t.Errorf("got %v, %d objects instead of %d", err, len(after), len(before))
	}
}

// A server that knows no gates has dropped the driver's: nothing is patched.
func TestServerWithoutGates(t *testing.T) {
	f := fakeServer{}
	server := f.start(t)
	f.after = func(int, string) bool {
		for _, object := range f.objects {
			delete(object["spec"].(map[string]any), "schedulingGates")
		}
		f.after = nil
		return true
	}
	_, err := lifecycle.Apply(t.Context(), server, rich(t))
	if _, calls := f.stored(); err != nil || strings.HasPrefix(calls[len(calls)-1], "PATCH") {
		t.Errorf("%v, %q", err, calls)
	}
}
