//go:build node

package scenarios_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/nodetest"
)

// The life of one application, from its submission by a program that is called spark-submit to the exception that ends
// it, through the eyes of everybody who looks: whoever submitted, whoever waits, reads logs, opens the web interface.
// Its namespace has room for one of its two executors.
func TestLifeOfAnApplication(t *testing.T) {
	t.Parallel()
	namespace := cluster.Namespace(t)
	roomFor(t, namespace, 2)
	submission := cluster.SparkSubmit(t, nodetest.Job{
		Namespace: namespace, Executors: 2,
		Conf: map[string]string{
			"spark.ui.enabled": "true", "spark.scheduler.minRegisteredResourcesRatio": "0.5", "spark.kubernetes.submission.waitAppCompletion": "true",
			"spark.my.secret": "s3cr3t-value", "spark.kubernetes.executor.deleteOnTermination": "",
		},
		Script: `
tell("ready", on_executors(sc, 1, lambda: 1) != {})
while not os.path.exists("/tmp/go"):
    time.sleep(0.2)
raise ValueError("no table for s3cr3t-value, password=hunter2")
`,
	}, "--executors-by", "driver")
	driver := submission.Driver(t)
	waiting := cluster.Swage(t, namespace, "wait", driver)
	log := cluster.Swage(t, namespace, "logs", "-f", driver)
	log.Awaits(t, `TOLD {"ready": true}`)
	wantAsked(t, namespace, driver)
	wantUI(t, namespace, driver)
	submission.Awaits(t, "exceeded quota: room") // the second executor
	if out, err := cluster.Kubectl(t.Context(), "exec", "-n", namespace, driver, "--", "touch", "/tmp/go"); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for name, ends := range map[string]*nodetest.Command{"the submission": submission, "wait": waiting} {
		code, said := ends.Ends(t)
		if code != 1 || !regexp.MustCompile(`(?s)ValueError: no table for .*job\.py.*\nexit code: 1\n`).MatchString(said) {
			t.Errorf("%s: exit code %d\n%s", name, code, said)
		}
		if strings.Contains(said, "hunter2") || strings.Contains(said, "s3cr3t-value") {
			t.Errorf("%s tells secrets:\n%s", name, said)
		}
	}
	if code, said := log.Ends(t); code != 0 || !strings.Contains(said, "ValueError: no table") {
		t.Errorf("the log ends before the driver does: exit code %d\n%s", code, said)
	}
}

// roomFor lets a namespace have so many pods.
func roomFor(t *testing.T, namespace string, pods int64) {
	t.Helper()
	quotas := cluster.Client().CoreV1().ResourceQuotas(namespace)
	quota := &corev1.ResourceQuota{
		ObjectMeta: metav1.ObjectMeta{Name: "room"},
		Spec:       corev1.ResourceQuotaSpec{Hard: corev1.ResourceList{corev1.ResourcePods: *resource.NewQuantity(pods, resource.DecimalSI)}},
	}
	if _, err := quotas.Create(t.Context(), quota, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	cluster.Await(t, "the quota to hold", func() error {
		now, err := quotas.Get(t.Context(), "room", metav1.GetOptions{})
		if err == nil && len(now.Status.Hard) == 0 {
			return fmt.Errorf("its status is empty")
		}
		return err
	})
}

// wantAsked asks for an application that runs, by all names that it has.
func wantAsked(t *testing.T, namespace, driver string) {
	t.Helper()
	for _, row := range []struct {
		args string
		want string // a pattern
	}{
		{"list", `(?m)^job +Running +1/1 .*` + driver},
		{"status " + driver, `(?m)^state: +Running$`},
		{"status job", `(?m)^  \S+-exec-1 +Running`},
		{"status " + namespace + ":" + driver + " -o json", `"running": 1`},
		{"logs job --executor 1 --tail 1000", `Connecting to driver|Starting executor ID 1`},
		{"events job", `Started`},
	} {
		cluster.Await(t, "swage "+row.args, func() error { // a kubelet tells of what runs a moment later
			code, said := cluster.Swage(t, namespace, strings.Fields(row.args)...).Ends(t)
			if code != 0 || !regexp.MustCompile(row.want).MatchString(said) {
				return fmt.Errorf("exit code %d\n%s", code, said)
			}
			return nil
		})
	}
}

// wantUI reads the pages of Spark's web interface through swage ui, until it is interrupted.
func wantUI(t *testing.T, namespace, driver string) {
	t.Helper()
	ui := cluster.Swage(t, namespace, "ui", driver)
	ui.Awaits(t, "http://127.0.0.1:")
	url := strings.TrimSpace(ui.Said())
	for path, want := range map[string]string{"/": "Spark Jobs", "/executors/": "Executors", "/api/v1/applications": `"id" : "spark-`} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		page, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil || response.StatusCode != http.StatusOK || !strings.Contains(string(page), want) {
			t.Errorf("%s: %s, %v, %d bytes", path, response.Status, err, len(page))
		}
	}
	ui.Signal(t, os.Interrupt)
	if code, said := ui.Ends(t); code != 0 {
		t.Errorf("exit code %d\n%s", code, said)
	}
}

// A start that cannot succeed is told with its cause while swage waits; told to kill, it leaves nothing.
func TestStartsThatCannotSucceed(t *testing.T) {
	t.Parallel()
	namespace := cluster.Namespace(t)
	waiting := map[string]*nodetest.Command{}
	rows := []struct {
		rule, key, value string
		want             string // a pattern
	}{
		{"an image that is nowhere", "spark.kubernetes.container.image", "nowhere.invalid/spark:4.1.2", `waits: (ErrImagePull|ImagePullBackOff), container spark-kubernetes-driver, image nowhere\.invalid/spark:4\.1\.2: `},
		{"a Secret that is nowhere, for a volume", "spark.kubernetes.driver.secrets.nowhere", "/x", `waits: FailedMount: .*secret "nowhere" not found`},
		{"a Secret that is nowhere, for a variable", "spark.kubernetes.driver.secretKeyRef.X", "nowhere:key", `waits: CreateContainerConfigError, container spark-kubernetes-driver: secret "nowhere" not found`},
		{"more than any node has", "spark.kubernetes.driver.request.cores", "1000", `waits: Unschedulable: 0/2 nodes are available: .*Insufficient cpu`},
	}
	for _, row := range rows {
		waiting[row.rule] = cluster.SparkSubmit(t, nodetest.Job{Namespace: namespace, Conf: map[string]string{
			row.key: row.value, "spark.kubernetes.submission.waitAppCompletion": "true",
		}}, "--executors-by", "driver", "--on-interrupt", "kill")
	}
	for _, row := range rows {
		command, want := waiting[row.rule], regexp.MustCompile(row.want)
		command.AwaitsMatch(t, want) // on a busy node other things may keep it waiting before
		command.Signal(t, syscall.SIGTERM)
		code, said := command.Ends(t)
		if code != 130 || len(want.FindAllString(said, -1)) != 1 || !strings.Contains(said, " deleted\n") {
			t.Errorf("%s: exit code %d\n%s", row.rule, code, said)
		}
	}
	wantNothingLeft(t, namespace)
}

// wantNothingLeft waits until the garbage collector has done its work.
func wantNothingLeft(t *testing.T, namespace string) {
	t.Helper()
	cluster.Await(t, "all of it to be gone", func() error {
		out, err := cluster.Kubectl(t.Context(), "get", "-n", namespace, "pods,services,configmaps,secrets", "-o", "name")
		if err != nil {
			return err
		}
		for line := range strings.Lines(string(out)) {
			if strings.Contains(line, "job-") || strings.Contains(line, "spark-drv-") {
				return fmt.Errorf("there is still %s", line)
			}
		}
		return nil
	})
}

// A driver that wants more memory than its container may have is told with the limit beside the heap.
func TestOutOfMemoryIsTold(t *testing.T) {
	t.Parallel()
	submission := cluster.SparkSubmit(t, nodetest.Job{
		Namespace: cluster.Namespace(t), Conf: map[string]string{"spark.kubernetes.submission.waitAppCompletion": "true"},
		Script: `
hoard = [bytearray(os.urandom(1 << 20) ) for _ in range(2000)]
`,
	}, "--executors-by", "driver")
	code, said := submission.Ends(t)
	if code != 137 || !regexp.MustCompile(`OOMKilled: the driver's container wanted more than its limit, \d+Mi, of which the heap takes up to 512m`).MatchString(said) {
		t.Errorf("exit code %d\n%s", code, said)
	}
}
