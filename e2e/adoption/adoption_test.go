//go:build node

package adoption_test

import (
	"errors"
	"net/http"
	"strconv"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"

	"swage.dev/swage/e2e/audit"
	"swage.dev/swage/e2e/spark"
	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
	"swage.dev/swage/submitter/commandline"
	"swage.dev/swage/submitter/lifecycle"
)

// thirty is more than any version's allocator asks for in one round.
const thirty = 30

// S3: the allocator of a real driver adopts thirty executors. At most as many
// creations are refused as executors have the names it tries first, none is
// made that was not asked for, and one that is lost is replaced within 15 s:
// the one with the highest id, and then the one that came instead of it. One
// whose end no kubelet tells takes until the driver's next poll.
func TestS3TheDriverAdoptsExecutors(t *testing.T) {
	made, err := spark.Make(t.Context(), spark.Options{})
	if err != nil {
		t.Fatal(err)
	}
	namespace := server.Namespace(t)
	prepare(t, namespace)
	playNode(t, namespace)
	objects := submit(t, made, namespace)
	runDriver(t, made, objects)
	names := plainNames(objects.Executors)
	first := refused(t, namespace)
	t.Logf("Spark %s: %d of at most %d creations were refused while the driver started", made.Version, first, names)
	if first > names {
		t.Errorf("%d creations were refused", first)
	}
	if made := creations(t, namespace, http.StatusCreated); len(made) > 0 {
		t.Fatalf("the driver made %d executors itself although there were thirty", len(made))
	}
	const soon, poll = 15 * time.Second, 30 * time.Second
	loseOne(t, made, namespace, "its container was killed", soon, killContainer)
	loseOne(t, made, namespace, "its pod was deleted", soon, deletePod)
	loseOne(t, made, namespace, "its pod was deleted by force", poll+soon, deleteByForce)
	if all := refused(t, namespace); all > names {
		t.Errorf("%d creations were refused in all, want at most %d", all, names)
	}
	if made := creations(t, namespace, http.StatusCreated); len(made) != 3 {
		t.Errorf("the driver made %d executors for three that were lost", len(made))
	}
}

// submit makes the application as swage submit does.
func submit(t *testing.T, made *spark.Spark, namespace string) *submitter.Objects {
	t.Helper()
	line, err := commandline.Parse([]string{
		"--master", "k8s://" + server.Config().Host, "--num-executors", strconv.Itoa(thirty), "--conf", "spark.kubernetes.container.image=spark",
		"--conf", "spark.kubernetes.authenticate.driver.serviceAccountName=" + account, "local:///program.py",
	})
	if err != nil {
		t.Fatal(err)
	}
	objects, err := submitter.Plan(submitter.Options{Line: line, Namespace: namespace, SparkVersion: made.Version, ExecutorsBy: submitter.ByBoth})
	if err != nil {
		t.Fatal(err)
	}
	client, err := rest.HTTPClientFor(server.Config())
	if err != nil {
		t.Fatal(err)
	}
	to := apiserver.New(server.Config().Host, client)
	driver, err := lifecycle.Apply(t.Context(), to, objects)
	if err != nil {
		t.Fatal(err)
	}
	tell := func(said string) { t.Error("swage says: " + said) }
	if err := lifecycle.Keep(t.Context(), to, driver, objects.Executors, lifecycle.KeepOptions{After: time.Minute, Tell: tell}); err != nil {
		t.Fatal(err)
	}
	return objects
}

// plainNames is how many executors have names that do not end in their ids.
func plainNames(executors *submitter.Executors) int {
	names := 0
	for ordinal := range executors.Count {
		if pod := executors.Pod(ordinal); pod.Name[len(pod.Name)-len(pod.Labels["spark-exec-id"]):] != pod.Labels["spark-exec-id"] {
			names++
		}
	}
	return names
}

// loseOne ends the executor that came last, and waits until the driver makes another.
func loseOne(t *testing.T, made *spark.Spark, namespace, what string, limit time.Duration, lose func(*testing.T, *corev1.Pod)) {
	t.Helper()
	pods, err := server.Client().CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{LabelSelector: "spark-role=executor"})
	if err != nil {
		t.Fatal(err)
	}
	before := len(creations(t, namespace, http.StatusCreated))
	victim := last(t, pods.Items, before)
	begin := time.Now()
	lose(t, victim)
	patience.Until(t, "another executor", func() error {
		if len(creations(t, namespace, http.StatusCreated)) == before {
			return errors.New("the driver made none")
		}
		return nil
	})
	took := time.Since(begin)
	t.Logf("Spark %s: %s, %s: another after %.1f s, %d refused until then", made.Version, victim.Name, what, took.Seconds(), refused(t, namespace))
	if took > limit {
		t.Errorf("%s is replaced after %s", victim.Name, took)
	}
}

// last is the executor that the driver made last, and else the one with the highest id.
func last(t *testing.T, pods []corev1.Pod, byDriver int) *corev1.Pod {
	t.Helper()
	var found *corev1.Pod
	highest := -1
	for i := range pods {
		id, err := strconv.Atoi(pods[i].Labels["spark-exec-id"])
		if err != nil {
			t.Fatal(err)
		}
		if mine := id < 1000000; id > highest && mine == (byDriver > 0) {
			highest, found = id, &pods[i]
		}
	}
	if found == nil {
		t.Fatal("there is no such executor")
	}
	return found
}

func killContainer(t *testing.T, pod *corev1.Pod) {
	t.Helper()
	if err := failed(t.Context(), server.Client().CoreV1().Pods(pod.Namespace), pod, 137); err != nil {
		t.Fatal(err)
	}
}

func deletePod(t *testing.T, pod *corev1.Pod) {
	t.Helper()
	if err := server.Client().CoreV1().Pods(pod.Namespace).Delete(t.Context(), pod.Name, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
}

func deleteByForce(t *testing.T, pod *corev1.Pod) {
	t.Helper()
	now := metav1.DeleteOptions{GracePeriodSeconds: new(int64(0))}
	if err := server.Client().CoreV1().Pods(pod.Namespace).Delete(t.Context(), pod.Name, now); err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, namespace string) int {
	t.Helper()
	return len(creations(t, namespace, http.StatusConflict))
}

// creations are the answers of one code to the driver's creations of pods.
func creations(t *testing.T, namespace string, code int32) []*audit.Event {
	t.Helper()
	events, err := server.Audit().All(func(e *audit.Event) bool {
		return e.Verb == "create" && e.User.Username == "system:serviceaccount:"+namespace+":"+account &&
			e.ObjectRef.Resource == "pods" && e.ObjectRef.Namespace == namespace && e.ResponseStatus != nil && e.ResponseStatus.Code == code
	})
	if err != nil {
		t.Fatal(err)
	}
	return events
}
