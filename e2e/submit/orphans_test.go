package submit_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/lifecycle"
)

// dying stops talking at a call: as it begins, or when the server has answered
// it. From then on nothing leaves the process, as if it had been killed.
type dying struct {
	http.RoundTripper
	mu         sync.Mutex
	calls, at  int
	unanswered bool
	dead       func() // is told; nil: nobody
}

var errDead = errors.New("this process is dead")

func (d *dying) RoundTrip(r *http.Request) (*http.Response, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.calls++
	if d.dead != nil && d.calls >= d.at {
		defer d.dead()
	}
	if d.calls > d.at || d.calls == d.at && !d.unanswered {
		return nil, errDead
	}
	response, err := d.RoundTripper.RoundTrip(r)
	if d.calls == d.at && err == nil {
		response.Body.Close()
		return nil, errDead
	}
	return response, err
}

// S5: killed at any call, on a real server nothing is left without an owner, and
// a driver that could run has all that it needs.
func TestS5KilledAtEachCallOnARealServer(t *testing.T) {
	const claim = "spark.kubernetes.driver.volumes.persistentVolumeClaim.data."
	args := append([]string{
		"--conf", "spark.my.password=x", "--conf", claim + "mount.path=/d", "--conf", claim + "options.claimName=OnDemand",
		"--conf", claim + "options.storageClass=fast", "--conf", claim + "options.sizeLimit=1Gi",
	}, pi...)
	for at := 1; ; at++ {
		for _, unanswered := range []bool{false, true} {
			namespace := server.Namespace(t)
			objects, err := plan(t, namespace, nil, args...)
			if err != nil {
				t.Fatal(err)
			}
			death := &dying{at: at, unanswered: unanswered}
			_, err = lifecycle.Apply(t.Context(), connection(t, func(real http.RoundTripper) http.RoundTripper {
				death.RoundTripper = real
				return death
			}), objects)
			if err == nil { // it needs fewer calls than that
				if want := 2 + len(objects.Owned); at != want+1 {
					t.Errorf("%d calls, expected %d", at-1, want)
				}
				return
			}
			wantNoOrphan(t, namespace, objects)
		}
	}
}

func wantNoOrphan(t *testing.T, namespace string, objects *submitter.Objects) {
	t.Helper()
	pods, err := server.Client().CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{})
	if err != nil || len(pods.Items) > 1 {
		t.Fatalf("%d drivers, %v", len(pods.Items), err)
	}
	owners := ownersOf(t, namespace)
	if len(pods.Items) == 0 {
		if len(owners) != 0 {
			t.Errorf("no driver, and %d objects", len(owners))
		}
		return
	}
	driver := &pods.Items[0]
	for _, owner := range owners {
		if owner != driver.UID {
			t.Errorf("an object is owned by %q, the driver is %q", owner, driver.UID)
		}
	}
	if len(driver.Spec.SchedulingGates) == 0 && len(owners) != len(objects.Owned) {
		t.Errorf("the driver may run with %d of %d objects", len(owners), len(objects.Owned))
	}
}

// ownersOf are the owners of all objects of the kinds that plans have, but for
// what every namespace has.
func ownersOf(t *testing.T, namespace string) []types.UID {
	t.Helper()
	var owners []types.UID
	add := func(o metav1.Object) {
		owner := types.UID("")
		if refs := o.GetOwnerReferences(); len(refs) == 1 {
			owner = refs[0].UID
		}
		owners = append(owners, owner)
	}
	if err := each(t.Context(), namespace, add); err != nil {
		t.Fatal(err)
	}
	return owners
}

func each(ctx context.Context, namespace string, see func(metav1.Object)) error {
	core, all := server.Client().CoreV1(), metav1.ListOptions{}
	services, err1 := core.Services(namespace).List(ctx, all)
	secrets, err2 := core.Secrets(namespace).List(ctx, all)
	claims, err3 := core.PersistentVolumeClaims(namespace).List(ctx, all)
	policies, err4 := server.Client().NetworkingV1().NetworkPolicies(namespace).List(ctx, all)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return err
	}
	for i := range services.Items {
		see(&services.Items[i])
	}
	for i := range secrets.Items {
		see(&secrets.Items[i])
	}
	for i := range claims.Items {
		see(&claims.Items[i])
	}
	for i := range policies.Items {
		see(&policies.Items[i])
	}
	return nil
}
