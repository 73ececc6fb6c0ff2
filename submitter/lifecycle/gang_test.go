package lifecycle_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/lifecycle"
	"swage.dev/swage/submitter/submittertest"
)

// gang is a plan of three executors that begin with their driver.
func gang(t *testing.T, by submitter.ExecutorsBy) *submitter.Objects {
	t.Helper()
	return submittertest.Request{Version: "4.1.2", Executors: by, Gang: true, Args: []string{"--num-executors", "3", "--name", "pi"}}.Must(t)
}

// S5, S6: a gang is there, and owned, before the gate is lifted; nobody makes it again.
func TestS6GangComesBeforeTheGate(t *testing.T) {
	for _, by := range []submitter.ExecutorsBy{submitter.ByBoth, submitter.BySubmitter} {
		inBubble(t, string(by), func(t *testing.T) {
			objects := gang(t, by)
			k := &kept{t: t, server: newPlayedServer(), driver: objects.Driver.Name}
			k.prefix = strings.TrimSuffix(k.driver, "-driver") + "-exec-"
			driver, err := lifecycle.Apply(t.Context(), k.server.client(), objects)
			if err != nil {
				t.Fatal(err)
			}
			k.want("applied", 1, 2, 3)
			if calls := k.server.calls; !strings.HasPrefix(calls[len(calls)-1], "PATCH") {
				t.Errorf("the gate is not the last: %q", calls)
			}
			for _, name := range k.server.pods("executor") {
				if owners := k.server.objects["pods/"+name].OwnerReferences; len(owners) != 1 || owners[0].UID != driver.UID {
					t.Errorf("%s is owned by %v", name, owners)
				}
			}
			k.keep(driver, objects.Executors, lifecycle.KeepOptions{})
			k.change(k.driver, run)
			k.pass(time.Hour)
			k.want("an hour later", 1, 2, 3)
			if by == submitter.BySubmitter {
				k.server.vanish(k.prefix + "2")
				k.pass(time.Minute)
				k.want("one was lost", 1, 3, 4)
			}
		})
	}
}

// S8: a gang is all or nothing.
func TestS8GangIsAllOrNothing(t *testing.T) {
	for refused := 2; refused <= 4; refused++ { // the driver is the first pod
		pods := 0
		f := fakeServer{refuse: func(call string) int {
			if strings.HasPrefix(call, "POST") && strings.HasSuffix(call, "/pods") {
				if pods++; pods == refused {
					return http.StatusForbidden
				}
			}
			return 0
		}}
		_, err := lifecycle.Apply(t.Context(), f.start(t), gang(t, submitter.ByBoth))
		if !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), "creating the executor") {
			t.Errorf("got %v", err)
		}
		if stored, _ := f.stored(); len(stored) != 0 {
			t.Errorf("executor %d was refused: left behind: %d objects", refused-1, len(stored))
		}
	}
}

// S9: a prefix that the user chose and somebody's executor has is an error before anything is created.
func TestS9PrefixIsTaken(t *testing.T) {
	for _, by := range []submitter.ExecutorsBy{submitter.ByDriver, submitter.ByBoth, submitter.BySubmitter} {
		objects := func(prefix string) *submitter.Objects {
			return submittertest.Request{Version: "4.1.2", Executors: by, Gang: by != submitter.ByDriver, Args: []string{
				"--num-executors", "1", "--conf", "spark.kubernetes.executor.podNamePrefix=" + prefix,
			}}.Must(t)
		}
		server := newPlayedServer()
		other := submittertest.Request{Version: "4.1.2", Executors: submitter.ByBoth, Gang: true, Args: []string{"--num-executors", "1", "--conf", "spark.kubernetes.executor.podNamePrefix=mine"}}.Must(t)
		if _, err := lifecycle.Apply(t.Context(), server.client(), other); err != nil {
			t.Fatal(err)
		}
		before := len(server.made("POST"))
		_, err := lifecycle.Apply(t.Context(), server.client(), objects("mine"))
		if err == nil || !strings.Contains(err.Error(), "spark.kubernetes.executor.podNamePrefix=mine, the pod mine-exec-1") || len(server.made("POST")) != before {
			t.Errorf("%s: got %v, %d calls", by, err, len(server.made("POST"))-before)
		}
		if _, err := lifecycle.Apply(t.Context(), server.client(), objects("min")); err != nil {
			t.Errorf("%s: %v", by, err)
		}
	}
}

// Claims belong to the driver, unless the settings say that each executor has its own: then they go with it.
func TestClaimsHaveTheirOwners(t *testing.T) {
	for value, own := range map[string]bool{"true": false, "false": true} {
		volume := "spark.kubernetes.executor.volumes.persistentVolumeClaim.data."
		objects := submittertest.Request{Version: "4.1.2", Executors: submitter.ByBoth, Gang: true, Args: []string{
			"--num-executors", "1", "--conf", volume + "mount.path=/data", "--conf", volume + "options.claimName=OnDemand", "--conf", volume + "options.storageClass=fast",
			"--conf", volume + "options.sizeLimit=1Gi", "--conf", "spark.kubernetes.driver.ownPersistentVolumeClaim=" + value,
		}}.Must(t)
		server := newPlayedServer()
		driver, err := lifecycle.Apply(t.Context(), server.client(), objects)
		if err != nil {
			t.Fatal(err)
		}
		want := driver.UID
		if own {
			want = server.objects["pods/"+objects.Executors.Pod(0).Name].UID
		}
		for path, object := range server.objects {
			if strings.HasPrefix(path, "persistentvolumeclaims/") && object.OwnerReferences[0].UID != want {
				t.Errorf("%s=%s: %s is owned by %s", "ownPersistentVolumeClaim", value, path, object.OwnerReferences[0].Name)
			}
		}
	}
}

// What an application is made of goes through JSON unchanged: another process makes the very same executors.
func TestRecordedExecutorsAreTheSame(t *testing.T) {
	volume := "spark.kubernetes.executor.volumes.persistentVolumeClaim.data."
	objects := submittertest.Request{Version: "4.1.2", Executors: submitter.BySubmitter, Args: []string{
		"--num-executors", "2", "--conf", volume + "mount.path=/data", "--conf", volume + "options.claimName=OnDemand",
		"--conf", volume + "options.storageClass=fast", "--conf", volume + "options.sizeLimit=1Gi",
		"--conf", "spark.kubernetes.executor.annotation.a={{EXECUTOR_ID}}", "--conf", "spark.kubernetes.executor.label.b=x{{EXECUTOR_ID}}",
		"--conf", "spark.executor.extraJavaOptions=-Dme={{EXECUTOR_ID}}", "--conf", "spark.executorEnv.KEPT={{EXECUTOR_ID}}",
	}}.Must(t)
	server := newPlayedServer()
	driver, err := lifecycle.Apply(t.Context(), server.client(), objects)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lifecycle.Scale(t.Context(), server.client(), &lifecycle.Pods{Driver: driver}, 3); err != nil {
		t.Fatal(err)
	}
	got := server.objects["pods/"+objects.Executors.Pod(2).Name]
	want := objects.Executors.Pod(2)
	if got == nil {
		t.Fatalf("there is no %s: %q", want.Name, server.pods("executor"))
	}
	for _, pair := range [][2]any{{got.Labels, want.Labels}, {got.Annotations, want.Annotations}, {got.Spec, want.Spec}} {
		if a, b := asJSON(t, pair[0]), asJSON(t, pair[1]); a != b {
			t.Errorf("got %s\nwant %s", a, b)
		}
	}
	if claim := want.Spec.Volumes[slices.IndexFunc(want.Spec.Volumes, isClaim)].PersistentVolumeClaim.ClaimName; server.objects["persistentvolumeclaims/"+claim] == nil {
		t.Errorf("there is no claim %s", claim)
	}
}

func isClaim(v corev1.Volume) bool { return v.PersistentVolumeClaim != nil }

func asJSON(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
