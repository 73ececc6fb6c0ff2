package submit_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"swage.dev/swage/e2e/await"
)

// manifests are those of package sparkapplication.
const manifests = "../../submitter/sparkapplication/testdata"

// S24: the API server takes what each of the operator's own examples becomes,
// executors and the groups of schedulers included.
func TestS24ServerTakesEveryExample(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(manifests, "examples", "*.yaml"))
	if err != nil || len(files) != 14 {
		t.Fatalf("%d examples (%v)", len(files), err)
	}
	installGroups(t)
	for _, file := range append(files, filepath.Join(manifests, "everything.yaml")) {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		t.Run(name, func(t *testing.T) {
			switch name {
			case "ttl":
				takenJob(t, file)
			case "scheduled":
				takenSchedule(t, file)
			default:
				takenExample(t, file)
			}
		})
	}
}

func takenExample(t *testing.T, file string) {
	t.Helper()
	namespace := prepared(t)
	args := []string{"-f", file, "-n", namespace, "--no-wait", "--helper-image", "none"}
	dynamic := strings.Contains(file, "dynamic")
	if !dynamic {
		args = append(args, "--gang") // executors, too, without a node for the driver
	}
	if said, code := swage(t, args...); code != 0 {
		t.Fatalf("exit code %d\n%s", code, said)
	}
	driver, executors := made(t, namespace)
	if len(driver.Spec.SchedulingGates) != 0 || !dynamic && executors == 0 {
		t.Errorf("gates %v, %d executors", driver.Spec.SchedulingGates, executors)
	}
	for _, owner := range ownersOf(t, namespace) {
		if owner != driver.UID {
			t.Errorf("an object belongs to %q, and not to the driver", owner)
		}
	}
}

// takenJob: the time to live is a Job's.
func takenJob(t *testing.T, file string) {
	t.Helper()
	namespace := prepared(t)
	if said, code := swage(t, "-f", file, "-n", namespace, "--no-wait"); code != 0 {
		t.Fatalf("exit code %d\n%s", code, said)
	}
	job := jobOf(t, namespace)
	if ttl := job.Spec.TTLSecondsAfterFinished; ttl == nil || *ttl != 60 || *job.Spec.BackoffLimit != 0 || *job.Spec.Suspend {
		t.Errorf("got %+v", job.Spec)
	}
	for _, owner := range ownersOf(t, namespace) {
		if owner != job.UID {
			t.Errorf("an object belongs to %q, and not to the Job", owner)
		}
	}
}

// takenSchedule: a ScheduledSparkApplication is a CronJob of its name.
func takenSchedule(t *testing.T, file string) {
	t.Helper()
	namespace := prepared(t)
	said, code := swage(t, "-f", file, "-n", namespace)
	if code != 0 {
		t.Fatalf("exit code %d\n%s", code, said)
	}
	cron, err := server.Client().BatchV1().CronJobs(namespace).Get(t.Context(), "scheduled", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprintf("%s %s %s %d %d %t", cron.Spec.Schedule, *cron.Spec.TimeZone, cron.Spec.ConcurrencyPolicy,
		*cron.Spec.SuccessfulJobsHistoryLimit, *cron.Spec.FailedJobsHistoryLimit, *cron.Spec.Suspend)
	if got != "@every 10m Europe/Berlin Forbid 2 3 false" {
		t.Errorf("got %s", got)
	}
	if said, code := swage(t, "-f", file, "-n", namespace); code != 1 || !strings.Contains(said, "already exists") && !strings.Contains(said, "exists already") {
		t.Errorf("a second one of the name: exit code %d\n%s", code, said)
	}
}

// made is the one driver of a namespace, and the number of its executors.
func made(t *testing.T, namespace string) (driver *corev1.Pod, executors int) {
	t.Helper()
	pods, err := server.Client().CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range pods.Items {
		if pods.Items[i].Labels["spark-role"] == "driver" {
			driver = &pods.Items[i]
		} else {
			executors++
		}
	}
	if driver == nil {
		t.Fatalf("no driver among %d pods", len(pods.Items))
	}
	return driver, executors
}

// S24: the group that a batch scheduler looks for is there, says what all pods
// request, and goes with the driver.
func TestS24GroupsGoWithTheDriver(t *testing.T) {
	installGroups(t)
	for example, group := range map[string]string{"volcano": "scheduling.volcano.sh/v1beta1", "kube-scheduler": "scheduling.x-k8s.io/v1alpha1"} {
		namespace := prepared(t)
		if said, code := swage(t, "-f", filepath.Join(manifests, "examples", example+".yaml"), "-n", namespace, "--no-wait", "--executors-by", "driver"); code != 0 {
			t.Fatalf("%s: exit code %d\n%s", example, code, said)
		}
		driver, _ := made(t, namespace)
		list := &unstructured.UnstructuredList{}
		text, err := server.Client().CoreV1().RESTClient().Get().AbsPath("/apis/" + group + "/namespaces/" + namespace + "/podgroups").Do(t.Context()).Raw()
		if err != nil || list.UnmarshalJSON(text) != nil || len(list.Items) != 1 {
			t.Fatalf("%s: %s, %v", example, text, err)
		}
		made := list.Items[0]
		cpu, _, _ := unstructured.NestedString(made.Object, "spec", "minResources", "cpu")
		if refs := made.GetOwnerReferences(); len(refs) != 1 || refs[0].UID != driver.UID || cpu != "3" {
			t.Errorf("%s: owners %v, %s processors", example, refs, cpu)
		}
		if driver.Annotations["scheduling.k8s.io/group-name"] != made.GetName() && driver.Labels["scheduling.x-k8s.io/pod-group"] != made.GetName() {
			t.Errorf("%s: the driver is not in the group %s", example, made.GetName())
		}
	}
}

// S24, bad input: nothing is created.
func TestS24WhatIsWrongCreatesNothing(t *testing.T) {
	pi, err := os.ReadFile(filepath.Join(manifests, "examples", "pi.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ rule, old, replaced, says string }{
		{"an unknown field", "cores: 1", "coress: 1", `spec.driver.coress: unknown field "coress"`},
		{"a wrong type", "mode: cluster", "mode: [cluster]", "spec.mode: expected a string, found a list"},
		{"what is missing", "  sparkVersion: 4.1.2\n", "", "spec.sparkVersion: missing"},
		{"what only the plan knows", "memory: 512m", "memory: 512m\n    memoryLimit: 600m", "the driver's memory limit 600Mi is less than the 896Mi"},
		{"what only the server knows", "name: pi", "name: pi\n  labels: {a: \"not a label\"}", "a valid label must be"},
	} {
		namespace := prepared(t)
		file := filepath.Join(t.TempDir(), "app.yaml")
		if err := os.WriteFile(file, []byte(strings.Replace(string(pi), row.old, row.replaced, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		said, code := swage(t, "-f", file, "-n", namespace, "--no-wait")
		if code == 0 || !strings.Contains(said, row.says) {
			t.Errorf("%s: exit code %d\n%s", row.rule, code, said)
		}
		pods, err := server.Client().CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{})
		if owners := ownersOf(t, namespace); err != nil || len(owners) != 0 || len(pods.Items) != 0 {
			t.Errorf("%s: %d objects and %d pods are left, %v", row.rule, len(owners), len(pods.Items), err)
		}
	}
}

// installGroups makes the API server know the kinds of Volcano and of the
// coscheduling plugin, without their rules, until the test ends: others are
// about a server that does not.
func installGroups(t *testing.T) {
	t.Helper()
	installGroup(t, "scheduling.volcano.sh", "v1beta1")
	installGroup(t, "scheduling.x-k8s.io", "v1alpha1")
}

const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"

func installGroup(t *testing.T, group, version string) {
	t.Helper()
	client, list := server.Client().CoreV1().RESTClient(), "/apis/"+group+"/"+version+"/podgroups"
	patience := await.Patience{Every: 50 * time.Millisecond, Timeout: time.Minute}
	body := fmt.Sprintf(`{
  "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
  "metadata": {"name": "podgroups.%s", "annotations": {"api-approved.kubernetes.io": "unapproved, for tests"}},
  "spec": {
    "group": "%s", "scope": "Namespaced",
    "names": {"kind": "PodGroup", "listKind": "PodGroupList", "plural": "podgroups", "singular": "podgroup"},
    "versions": [{"name": "%s", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}]
  }
}`, group, group, version)
	if err := client.Post().AbsPath(definitions).Body([]byte(body)).Do(t.Context()).Error(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		if err := client.Delete().AbsPath(definitions, "podgroups."+group).Do(ctx).Error(); err != nil {
			t.Error(err)
		}
		patience.Until(t, "no PodGroups of "+group, func() error {
			if err := client.Get().AbsPath(list).Do(ctx).Error(); !apierrors.IsNotFound(err) {
				return fmt.Errorf("they are there still (%w)", err)
			}
			return nil
		})
	})
	patience.Until(t, "PodGroups of "+group, func() error { return client.Get().AbsPath(list).Do(t.Context()).Error() })
}
