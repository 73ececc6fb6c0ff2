//go:build node

package scenarios_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"swage.dev/swage/e2e/audit"
	"swage.dev/swage/e2e/nodetest"
	"swage.dev/swage/podtemplate"
)

// threeLosing works on three executors, until others have taken the place of two that are lost.
const threeLosing = `
look = lambda: os.environ.get("SHAPED")
first = on_executors(sc, 3, look)
tell("first", first)
second = dict(first)
while not set(second) - set(first):
    second = on_executors(sc, 3, look)
tell("second", second)
third = dict(second)
while not set(third) - set(first) - set(second):
    third = on_executors(sc, 3, look)
tell("third", third)
`

// S3: executors by both run real Spark. The driver adopts them, and replaces
// those that are lost by its own hand, as fast as it notices; at its end it cleans up.
// S2: what the program sets in code comes too late for them, and is told.
func TestExecutorsByBoth(t *testing.T) {
	t.Parallel()
	namespace := cluster.Namespace(t)
	cluster.Template(t, namespace, "base", podtemplate.Default, map[string]string{"executor.yaml": mark("SHAPED", "yes")})
	run := cluster.SwageBegin(t, nodetest.Job{
		Namespace: namespace, Executors: 3, Script: threeLosing,
		Conf: map[string]string{
			"spark.kubernetes.executor.deleteOnTermination": "",
			"spark.ui.enabled":                   "true", // there the driver is asked
			"spark.kubernetes.driverEnv.IN_CODE": `{"spark.executorEnv.MODE": "late", "spark.sql.shuffle.partitions": "3"}`,
		},
	}, "--executors-by", "both")
	run.AwaitTold(t, "first")
	wantAllShaped(t, run.Run, "first", "1000001", "1000002", "1000003")
	lose(t, run.Run, "second")
	lose(t, run.Run, "third")
	code, said := run.Ends(t)
	if code != 0 || !strings.Contains(said, "what executors were made without: spark.executorEnv.MODE;") {
		t.Errorf("exit code %d\n%s", code, said)
	}
	wantAllShaped(t, run.Run, "third")
	if refused := created(t, namespace, nodetest.DriverAccount, http.StatusConflict); len(refused) > 3 {
		t.Errorf("the driver tried %d names that were taken, the first three at most are there for that", len(refused))
	} else {
		t.Logf("Spark %s: %d refused creations with 3 executors", cluster.Spark.Version, len(refused))
	}
	if made := created(t, namespace, nodetest.DriverAccount, http.StatusCreated); len(made) != 2 {
		t.Errorf("the driver made %d executors itself, want those for the two that were lost", len(made))
	}
	cluster.Await(t, "the driver's cleaning up", func() error {
		if left := run.Executors(t); len(left) > 0 {
			return fmt.Errorf("%d executors are left", len(left))
		}
		return nil
	})
}

// soon is less than the driver's next poll may take, and more than it takes to hear of the pod's end while others use the machine.
const soon = 25 * time.Second

// lose deletes the executor with the highest id, and waits until the job has worked on another one instead.
func lose(t *testing.T, run *nodetest.Run, tells string) {
	t.Helper()
	victim := youngest(t, run.Executors(t))
	known := uidsOf(run.Executors(t)) // a replacement may get the name that became free
	begin := time.Now()
	if err := cluster.Client().CoreV1().Pods(victim.Namespace).Delete(t.Context(), victim.Name, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	var made time.Duration
	cluster.Await(t, "another executor", func() error {
		for _, pod := range run.Executors(t) {
			if !slices.Contains(known, pod.UID) {
				made = time.Since(begin)
				return nil
			}
		}
		return errors.New("there is none yet")
	})
	run.AwaitTold(t, tells)
	t.Logf("Spark %s: %s was deleted: there was another pod %.1f s later, and it had worked after %.1f s", cluster.Spark.Version, victim.Name, made.Seconds(), time.Since(begin).Seconds())
	if made > soon {
		t.Errorf("a lost executor was replaced after %s", made)
	}
}

func uidsOf(pods []corev1.Pod) []types.UID {
	var all []types.UID
	for _, pod := range pods {
		all = append(all, pod.UID)
	}
	return all
}

// youngest is the running executor with the highest id.
func youngest(t *testing.T, pods []corev1.Pod) *corev1.Pod {
	t.Helper()
	var found *corev1.Pod
	highest := -1
	for i := range pods {
		id, err := strconv.Atoi(pods[i].Labels["spark-exec-id"])
		if err != nil {
			t.Fatal(err)
		}
		if id > highest && pods[i].Status.Phase == corev1.PodRunning && pods[i].DeletionTimestamp == nil {
			highest, found = id, &pods[i]
		}
	}
	if found == nil {
		t.Fatal("no executor runs")
	}
	return found
}

// wantAllShaped wants each executor that the job told to have the template's mark, and these ids, if any are given.
func wantAllShaped(t *testing.T, run *nodetest.Run, tells string, ids ...string) {
	t.Helper()
	saw := map[string]string{}
	run.Told(t).Read(t, tells, &saw)
	for id, mark := range saw {
		if mark != "yes" {
			t.Errorf("%s: executor %s is not shaped", tells, id)
		}
		if len(ids) > 0 && !slices.Contains(ids, id) {
			t.Errorf("%s: executor %s works, want only %q", tells, id, ids)
		}
	}
	if len(saw) < 3 {
		t.Errorf("%s: only %d executors worked", tells, len(saw))
	}
}

// created are the answers with a code to an account's creations of pods.
func created(t *testing.T, namespace, account string, code int32) []*audit.Event {
	t.Helper()
	return writes(t, namespace, account, func(e *audit.Event) bool {
		return e.Verb == "create" && e.ObjectRef.Resource == "pods" && e.ResponseStatus.Code == code
	})
}

// writes are an account's requests that are more than reading, and that match.
func writes(t *testing.T, namespace, account string, match func(*audit.Event) bool) []*audit.Event {
	t.Helper()
	user := "system:serviceaccount:" + namespace + ":" + account
	events, err := cluster.Audit().All(func(e *audit.Event) bool {
		return e.User.Username == user && e.ObjectRef != nil && e.ResponseStatus != nil && match(e)
	})
	if err != nil {
		t.Fatal(err)
	}
	return events
}

// Executors by the submitter run real Spark with a driver whose account may only
// look at pods, and never tries more; swage replaces a lost one while it waits,
// and S18 changes their number.
func TestExecutorsBySubmitter(t *testing.T) {
	t.Parallel()
	namespace := cluster.Namespace(t)
	const looker = "looker"
	mayLook(t, namespace, looker)
	cluster.Template(t, namespace, "base", podtemplate.Default, map[string]string{"executor.yaml": mark("SHAPED", "yes")})
	run := cluster.SwageBegin(t, nodetest.Job{
		Namespace: namespace, Executors: 3, Script: threeLosing + `
tell("more", len(on_executors(sc, 4, look)))
while sc._jsc.sc().statusTracker().getExecutorInfos().__len__() > 2:  # the driver is one of them
    time.sleep(0.2)
tell("less", list(on_executors(sc, 1, look).values()))
`,
		Conf: map[string]string{"spark.kubernetes.authenticate.driver.serviceAccountName": looker},
	}, "--executors-by", "submitter")
	run.AwaitTold(t, "first")
	wantAllShaped(t, run.Run, "first", "1", "2", "3")
	lose(t, run.Run, "second")
	lose(t, run.Run, "third")
	wantAllShaped(t, run.Run, "third")
	scaleTo(t, run.Run, namespace, 4)
	run.AwaitTold(t, "more")
	scaleTo(t, run.Run, namespace, 1)
	if code, said := run.Ends(t); code != 0 {
		t.Errorf("exit code %d\n%s", code, said)
	}
	if tried := writes(t, namespace, looker, func(*audit.Event) bool { return true }); len(tried) > 0 {
		t.Errorf("the driver tried to %s %s", tried[0].Verb, tried[0].ObjectRef.Resource)
	}
	if made := created(t, namespace, nodetest.Submitter, http.StatusCreated); len(made) != 1+3+2+1 {
		t.Errorf("swage made %d pods, want the driver, three executors, two for those lost, one more", len(made))
	}
}

// S6: a gang is there before its driver may run, and then works as any other application.
func TestExecutorsOfAGang(t *testing.T) {
	t.Parallel()
	namespace := cluster.Namespace(t)
	run, code := cluster.SwageSubmit(t, nodetest.Job{
		Namespace: namespace, Executors: 2, Script: `tell("worked", len(on_executors(sc, 2, lambda: 1)))`,
	}, "--executors-by", "both", "--gang")
	if code != 0 {
		t.Errorf("exit code %d", code)
	}
	run.Told(t).Want(t, "worked", 2)
	var order []string
	for _, e := range writes(t, namespace, nodetest.Submitter, func(e *audit.Event) bool { return e.ObjectRef.Resource == "pods" }) {
		order = append(order, e.Verb)
	}
	if want := []string{"create", "create", "create", "patch"}; !slices.Equal(order, want) {
		t.Errorf("swage did %q to pods, want %q: all are there before the gate is lifted", order, want)
	}
}

func scaleTo(t *testing.T, run *nodetest.Run, namespace string, count int) {
	t.Helper()
	code, said := cluster.Swage(t, namespace, "scale", run.Driver, strconv.Itoa(count)).Ends(t)
	if code != 0 {
		t.Fatalf("exit code %d\n%s", code, said)
	}
	t.Log(strings.TrimSpace(said))
}

// mayLook makes an account that may get, list and watch pods, and nothing else.
func mayLook(t *testing.T, namespace, name string) {
	t.Helper()
	meta := metav1.ObjectMeta{Name: name}
	core, rbac := cluster.Client().CoreV1(), cluster.Client().RbacV1()
	_, err1 := core.ServiceAccounts(namespace).Create(t.Context(), &corev1.ServiceAccount{ObjectMeta: meta}, metav1.CreateOptions{})
	_, err2 := rbac.Roles(namespace).Create(t.Context(), &rbacv1.Role{ObjectMeta: meta, Rules: []rbacv1.PolicyRule{
		{APIGroups: []string{""}, Resources: []string{"pods"}, Verbs: []string{"get", "list", "watch"}},
	}}, metav1.CreateOptions{})
	_, err3 := rbac.RoleBindings(namespace).Create(t.Context(), &rbacv1.RoleBinding{
		ObjectMeta: meta, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: name},
		Subjects: []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Name: name, Namespace: namespace}},
	}, metav1.CreateOptions{})
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
}

// Executors by the driver, with dynamic allocation: swage leaves them to it, and says why.
func TestExecutorsByTheDriverOnDemand(t *testing.T) {
	t.Parallel()
	namespace := cluster.Namespace(t)
	cluster.Template(t, namespace, "base", podtemplate.Default, map[string]string{"executor.yaml": mark("SHAPED", "yes")})
	run := cluster.SwageBegin(t, nodetest.Job{
		Namespace: namespace,
		Conf: map[string]string{
			"spark.executor.instances":                                 "",
			"spark.dynamicAllocation.enabled":                          "true",
			"spark.dynamicAllocation.minExecutors":                     "1",
			"spark.dynamicAllocation.maxExecutors":                     "2",
			"spark.dynamicAllocation.schedulerBacklogTimeout":          "1s",
			"spark.dynamicAllocation.sustainedSchedulerBacklogTimeout": "1s",
			"spark.dynamicAllocation.executorIdleTimeout":              "600s",
		},
		Script: `tell("seen", on_executors(sc, 2, lambda: os.environ.get("SHAPED"), nap=1))`,
	})
	if code, said := run.Ends(t); code != 0 {
		t.Errorf("exit code %d\n%s", code, said)
	}
	run.Told(t).Want(t, "seen", map[string]string{"1": "yes", "2": "yes"})
	if made := created(t, namespace, nodetest.Submitter, http.StatusCreated); len(made) != 1 {
		t.Errorf("swage made %d pods, want the driver alone", len(made))
	}
}
