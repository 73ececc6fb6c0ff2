package submit_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"

	"swage.dev/swage/e2e/await"
	"swage.dev/swage/e2e/pty"
)

// shell is swage shell in a namespace, not yet started.
func shell(t *testing.T, namespace string, args ...string) *exec.Cmd {
	t.Helper()
	return start(t, append([]string{"shell", "python", "-n", namespace, "--conf", "spark.kubernetes.container.image=spark:4.1.2"}, args...)...)
}

// shellJobs are a namespace's Jobs, those that are being deleted apart.
func shellJobs(t *testing.T, namespace string) (alive, deleted []batchv1.Job) {
	t.Helper()
	jobs, err := server.Client().BatchV1().Jobs(namespace).List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, job := range jobs.Items {
		if job.DeletionTimestamp == nil {
			alive = append(alive, job)
		} else {
			deleted = append(deleted, job)
		}
	}
	return alive, deleted
}

// S25: whatever interrupts a shell that has not begun removes all of it: Ctrl-C, a signal, a terminal that goes away.
func TestS25AnInterruptWhileAShellStarts(t *testing.T) {
	for rule, interrupt := range map[string]func(t *testing.T, session *pty.Session){
		"Ctrl-C":                    func(t *testing.T, session *pty.Session) { session.Types(t, "\x03") },
		"SIGTERM":                   func(t *testing.T, session *pty.Session) { session.Signal(t, syscall.SIGTERM) },
		"a terminal that goes away": func(_ *testing.T, session *pty.Session) { session.HangUp() },
	} {
		t.Run(rule, func(t *testing.T) {
			namespace := server.Namespace(t)
			session := pty.Start(t, shell(t, namespace))
			session.Awaits(t, "pyspark: Pending", 1)
			if alive, _ := shellJobs(t, namespace); len(alive) != 1 || *alive[0].Spec.ActiveDeadlineSeconds != 120 || *alive[0].Spec.Suspend {
				t.Errorf("the Jobs are %+v", alive)
			}
			interrupt(t, session)
			if code := session.Ends(t); code != 130 {
				t.Errorf("exit code %d\n%s", code, session.Shown())
			}
			alive, deleted := shellJobs(t, namespace)
			if len(alive) != 0 || len(deleted) != 1 || deleted[0].Finalizers[0] != metav1.FinalizerDeleteDependents {
				t.Errorf("%d Jobs are left\n%s", len(alive), session.Shown())
			}
		})
	}
}

// S25: a right that is missing is told before anything is created; with those that are documented a shell starts.
func TestS25RightsThatAreMissing(t *testing.T) {
	namespace := server.Namespace(t)
	role := &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Name: "no-attach"}, Rules: []rbacv1.PolicyRule{
		{APIGroups: []string{"batch"}, Resources: []string{"jobs"}, Verbs: []string{"create", "get", "watch", "patch", "delete"}},
		{APIGroups: []string{""}, Resources: []string{"pods"}, Verbs: []string{"list", "watch"}},
		{APIGroups: []string{""}, Resources: []string{"configmaps"}, Verbs: []string{"create"}},
	}}
	if _, err := server.Client().RbacV1().Roles(namespace).Create(t.Context(), role, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	binding := &rbacv1.RoleBinding{
		ObjectMeta: role.ObjectMeta, Subjects: []rbacv1.Subject{{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: "bob"}},
		RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: role.Name},
	}
	if _, err := server.Client().RbacV1().RoleBindings(namespace).Create(t.Context(), binding, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	bob := kubeconfigOf(t, "bob")
	patience.Until(t, "the role to hold", func() error { // until then more is missing
		said, code := output(shell(t, namespace, "--kubeconfig", bob))
		if code != 1 || !strings.Contains(said, "create pods/attach") {
			t.Fatalf("exit code %d\n%s", code, said)
		}
		if !strings.Contains(said, "rights are missing in namespace "+namespace+": create pods/attach\n") {
			return fmt.Errorf("%w: %s", errNotYet, said)
		}
		return nil
	})
	if alive, deleted := shellJobs(t, namespace); len(alive)+len(deleted) != 0 {
		t.Error("something was created")
	}
	role.Rules = append(role.Rules, rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"pods/attach"}, Verbs: []string{"create"}})
	if _, err := server.Client().RbacV1().Roles(namespace).Update(t.Context(), role, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	wantAllowed(t, namespace, bob)
}

// wantAllowed wants a shell that starts, and is removed.
func wantAllowed(t *testing.T, namespace, kubeconfig string) {
	t.Helper()
	patience.Until(t, "the role to hold", func() error {
		session := pty.Start(t, shell(t, namespace, "--kubeconfig", kubeconfig))
		patience.Until(t, "a beginning", func() error {
			if shown := session.Shown(); !strings.Contains(shown, "Pending") && !strings.Contains(shown, "rights are missing") {
				return errNotYet
			}
			return nil
		})
		if strings.Contains(session.Shown(), "rights are missing") {
			return errNotYet
		}
		session.Types(t, "\x03")
		if code := session.Ends(t); code != 130 || strings.Contains(session.Shown(), "forbidden") {
			t.Errorf("exit code %d\n%s", code, session.Shown())
		}
		return nil
	})
	if alive, deleted := shellJobs(t, namespace); len(alive) != 0 || len(deleted) != 1 {
		t.Errorf("%d Jobs are left, %d removed", len(alive), len(deleted))
	}
}

func output(cmd *exec.Cmd) (said string, code int) {
	out, _ := cmd.CombinedOutput() // the exit code says it
	return string(out), cmd.ProcessState.ExitCode()
}

// kubeconfigOf is the server's for somebody else.
func kubeconfigOf(t *testing.T, user string) string {
	t.Helper()
	config, err := clientcmd.LoadFromFile(server.Kubeconfig())
	if err != nil {
		t.Fatal(err)
	}
	for _, info := range config.AuthInfos {
		info.Impersonate = user
	}
	file := filepath.Join(t.TempDir(), "kubeconfig")
	if err := clientcmd.WriteToFile(*config, file); err != nil {
		t.Fatal(err)
	}
	return file
}

// S25: a shell whose container ends before anybody is connected ends swage with its exit code, and is removed.
func TestS25AShellThatNeverBegins(t *testing.T) {
	for _, row := range []struct {
		rule string
		end  func(*corev1.Pod)
		code int
		says string
	}{
		{"no such program", exits(127), 127, ""},
		{"evicted", evicted, 125, "Evicted: The node was low on memory."},
		{"more memory than its limit", func(pod *corev1.Pod) {
			exits(137)(pod)
			pod.Status.ContainerStatuses[0].State.Terminated.Reason = "OOMKilled"
		}, 137, "wanted more than its limit, 1433Mi"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			namespace := server.Namespace(t)
			cmd := shell(t, namespace)
			var out bytes.Buffer
			cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader("print(1)\n"), &out, &out
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			playControllers(t, namespace, row.end)
			_ = cmd.Wait() // the exit code says it
			if code := cmd.ProcessState.ExitCode(); code != row.code || !strings.Contains(out.String(), row.says) {
				t.Errorf("exit code %d\n%s", code, &out)
			}
			if alive, deleted := shellJobs(t, namespace); len(alive)+len(deleted) != 0 {
				t.Errorf("%d Jobs are left", len(alive)+len(deleted))
			}
		})
	}
}

// playControllers makes the pod of a namespace's Job, which ends; then it collects what was deleted.
func playControllers(t *testing.T, namespace string, end func(*corev1.Pod)) {
	t.Helper()
	jobs := server.Client().BatchV1().Jobs(namespace)
	var job batchv1.Job
	patience.Until(t, "a Job that goes on", func() error {
		alive, _ := shellJobs(t, namespace)
		if len(alive) == 0 || *alive[0].Spec.Suspend {
			return errNotYet
		}
		job = alive[0]
		return nil
	})
	template := job.Spec.Template
	stored(t, namespace, &corev1.Pod{ObjectMeta: metav1.ObjectMeta{
		Name: job.Name + "-abcde", Labels: template.Labels,
		OwnerReferences: []metav1.OwnerReference{{APIVersion: "batch/v1", Kind: "Job", Name: job.Name, UID: job.UID, Controller: new(true)}},
	}, Spec: template.Spec}, end)
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	err := await.Effect(ctx, patience.Every, func(ctx context.Context) error {
		deleted, err := jobs.Get(ctx, job.Name, metav1.GetOptions{})
		if err != nil || deleted.DeletionTimestamp == nil {
			return errNotYet
		}
		deleted.Finalizers = nil
		_, err = jobs.Update(ctx, deleted, metav1.UpdateOptions{})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A dry run by the server shows the Job as it would be stored.
func TestS25DryRunOfAShell(t *testing.T) {
	namespace := server.Namespace(t)
	said, code := output(shell(t, namespace, "--dry-run=server", "-o", "yaml"))
	if code != 0 || !strings.Contains(said, "kind: Job") || !strings.Contains(said, "stdinOnce: true") || !strings.Contains(said, "terminationGracePeriodSeconds: 30") {
		t.Errorf("exit code %d\n%s", code, said)
	}
	if alive, _ := shellJobs(t, namespace); len(alive) != 0 {
		t.Error("something was created")
	}
}

// S25: a shell is an application: it is listed, as what it is, and ended by kill.
func TestS25AShellIsListedAndKilled(t *testing.T) {
	namespace := server.Namespace(t)
	session := pty.Start(t, shell(t, namespace, "--name", "mine"))
	session.Awaits(t, "mine: Pending", 1)
	if out, said, code := program(t, "list", "-n", namespace, "-o", "json"); code != 0 || !strings.Contains(out, `"shell": "python"`) {
		t.Errorf("exit code %d\n%s%s", code, out, said)
	}
	if out, said, code := program(t, "kill", "-n", namespace, "mine"); code != 0 || !strings.HasPrefix(out, "job/mine-") {
		t.Errorf("exit code %d\n%s%s", code, out, said)
	}
	session.Signal(t, os.Interrupt) // no collector is here that would end it
	if code := session.Ends(t); code != 130 {
		t.Errorf("exit code %d\n%s", code, session.Shown())
	}
}

// S25, S19: where there is no webhook, the pod of a shell is shaped by swage, as the template of its Job: by defaults and by what
// it asks for; a dry run shows the same, and what the templates deny does not begin.
func TestS25AShellIsShapedHere(t *testing.T) {
	namespace := server.Namespace(t)
	for name, mode := range map[string]string{"base": "default", "spot": "named"} {
		template := &corev1.ConfigMap{
			ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"swage.dev/template": mode}},
			Data:       map[string]string{"driver.yaml": `{spec: {nodeSelector: {` + name + `: "yes"}, containers: [{name: log, image: "log:1"}]}}`},
		}
		if _, err := server.Client().CoreV1().ConfigMaps(namespace).Create(t.Context(), template, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	here := func(named string, more ...string) *exec.Cmd {
		return shell(t, namespace, append(more, "--shape", "here", "--system-namespace", "", "--conf", "spark.kubernetes.driver.annotation.swage.dev/templates="+named)...)
	}
	if said, err := here("spot", "--dry-run=server", "-o", "yaml").Output(); err != nil || !strings.Contains(string(said), "base: \"yes\"") || !strings.Contains(string(said), "spot: \"yes\"") {
		t.Errorf("%v\n%s", err, said)
	}
	out, err := here("absent").CombinedOutput()
	if alive, _ := shellJobs(t, namespace); err == nil || !strings.Contains(string(out), "absent") || len(alive) != 0 {
		t.Errorf("%v, %d Jobs\n%s", err, len(alive), out)
	}
	session := pty.Start(t, here("spot"))
	session.Awaits(t, "pyspark: Pending", 1)
	wantShapedJob(t, namespace)
	session.Types(t, "\x03")
	if code := session.Ends(t); code != 130 {
		t.Errorf("exit code %d\n%s", code, session.Shown())
	}
}

// wantShapedJob wants a Job whose template has what both templates say.
func wantShapedJob(t *testing.T, namespace string) {
	t.Helper()
	alive, _ := shellJobs(t, namespace)
	if len(alive) != 1 {
		t.Fatalf("%d Jobs", len(alive))
	}
	pod := alive[0].Spec.Template
	if pod.Spec.NodeSelector["base"] != "yes" || pod.Spec.NodeSelector["spot"] != "yes" || len(pod.Spec.InitContainers) != 1 || pod.Annotations["swage.dev/shaped"] == "" {
		t.Errorf("%v, %v, %v", pod.Spec.NodeSelector, pod.Spec.InitContainers, pod.Annotations)
	}
}
