//go:build node

package scenarios_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/nodetest"
	"swage.dev/swage/podtemplate"
)

// shared is the settings that mount a folder of this machine into drivers and executors.
func shared(dir string) map[string]string {
	conf := map[string]string{}
	for _, role := range []string{"driver", "executor"} {
		volume := "spark.kubernetes." + role + ".volumes.hostPath.shared."
		conf[volume+"mount.path"], conf[volume+"options.path"] = "/shared", dir
	}
	return conf
}

// sharedFolder is one that pods may write to, whatever user they run as.
func sharedFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for parent := dir; parent != os.TempDir() && parent != "/"; parent = filepath.Dir(parent) {
		if err := os.Chmod(parent, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// S21: a driver that fails is started anew, as an application of its own; swage
// exits as the last one. Both are shaped by templates, and the executors of each
// inherit the named ones of their driver.
func TestS21ARetrySucceeds(t *testing.T) {
	t.Parallel()
	namespace := cluster.Namespace(t)
	cluster.Template(t, namespace, "named", podtemplate.Named, map[string]string{"pod.yaml": mark("SHAPED", "yes")})
	job := nodetest.Job{Namespace: namespace, Conf: shared(sharedFolder(t)), Script: `
tell("id", sc.applicationId)
tell("driver", os.environ.get("SHAPED"))
tell("executors", list(on_executors(sc, 1, lambda: os.environ.get("SHAPED")).values()))
tell("names", [os.environ["POD_NAME"], sc.getConf().get("spark.kubernetes.driver.pod.name"), sc.getConf().get("spark.kubernetes.executor.podNamePrefix")])
if not os.path.exists("/shared/tried"):
    open("/shared/tried", "w").close()
    os._exit(3)
`}
	job.Conf["spark.kubernetes.driver.annotation.swage.dev/templates"] = "named"
	command := cluster.SwageOf(t, job, "submit", "--wait", "--retries", "2", "--ttl", "1h")
	code, said := command.Ends(t)
	if code != 0 || !strings.Contains(said, "attempt 1 of 3 ended: exit code 3") {
		t.Errorf("exit code %d\n%s", code, said)
	}
	attempts := cluster.Attempts(t, job)
	if len(attempts) != 2 {
		t.Fatalf("%d attempts\n%s", len(attempts), said)
	}
	for _, run := range attempts {
		pod, told := run.Pod(t), run.Told(t)
		told.Want(t, "id", "spark-"+string(pod.UID))
		told.Want(t, "driver", "yes")
		told.Want(t, "executors", []string{"yes"})
		told.Want(t, "names", []string{pod.Name, pod.Name, pod.Name})
		executors, err := cluster.Client().CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{LabelSelector: "spark-role=executor,spark-app-selector=spark-" + string(pod.UID)})
		if err != nil || len(executors.Items) == 0 || !strings.HasPrefix(executors.Items[0].Name, pod.Name+"-exec-") || executors.Items[0].OwnerReferences[0].UID != pod.UID {
			t.Errorf("%d executors of %s, %v", len(executors.Items), pod.Name, err)
		}
	}
}

// S21, S17: a time that is over ends the application without an exit code of its own: of a Job, and of a pod alone.
func TestS21ADeadline(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rule string
		args []string
	}{
		{"of a Job", []string{"--retries", "1", "--deadline", "25s"}},
		{"of the driver's pod", []string{"--deadline", "25s"}},
	} {
		t.Run(row.rule, func(t *testing.T) {
			job := nodetest.Job{Namespace: cluster.Namespace(t), Script: `time.sleep(600)`}
			code, said := cluster.SwageOf(t, job, append([]string{"submit", "--wait"}, row.args...)...).Ends(t)
			if code != 125 || !strings.Contains(said, "DeadlineExceeded") {
				t.Errorf("exit code %d\n%s", code, said)
			}
		})
	}
}

// S21: a schedule that is triggered runs once, is waited for and looked at by its name, and leaves nothing when it is deleted.
func TestS21AScheduleIsTriggered(t *testing.T) {
	t.Parallel()
	namespace := cluster.Namespace(t)
	swage := func(args ...string) (int, string) { return cluster.Swage(t, namespace, args...).Ends(t) }
	job := nodetest.Job{Namespace: namespace, Script: `tell("pi", 3 < pi(sc) < 3.3)`}
	if code, said := cluster.SwageOf(t, job, "schedule", "0 0 1 1 *", "--name", "yearly", "--time-zone", "Asia/Tokyo", "--").Ends(t); code != 0 || !strings.Contains(said, "as yearly") {
		t.Fatalf("exit code %d\n%s", code, said)
	}
	if code, said := swage("schedule", "trigger", "yearly"); code != 0 {
		t.Fatalf("exit code %d\n%s", code, said)
	}
	if code, said := swage("wait", "yearly"); code != 0 {
		t.Errorf("exit code %d\n%s", code, said)
	}
	if code, said := swage("logs", "yearly"); code != 0 || !strings.Contains(said, `TOLD {"pi": true}`) {
		t.Errorf("exit code %d\n%s", code, said)
	}
	if code, said := swage("schedule", "list"); code != 0 || !strings.Contains(said, "Asia/Tokyo") {
		t.Errorf("exit code %d\n%s", code, said)
	}
	if code, said := swage("schedule", "delete", "yearly"); code != 0 {
		t.Errorf("exit code %d\n%s", code, said)
	}
	cluster.Await(t, "all that the schedule owned to go", func() error {
		pods, err1 := cluster.Client().CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{})
		maps, err2 := cluster.Client().CoreV1().ConfigMaps(namespace).List(t.Context(), metav1.ListOptions{})
		if err := errors.Join(err1, err2); err != nil {
			return err
		}
		if left := len(pods.Items) + len(maps.Items) - 1; left > 0 { // but the cluster's own kube-root-ca.crt
			return fmt.Errorf("%d objects are there", left)
		}
		return nil
	})
}
