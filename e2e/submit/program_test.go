package submit_test

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/product"
)

// swage submits with the real program, and returns what it says and how it exits.
func swage(t *testing.T, args ...string) (said string, code int) {
	t.Helper()
	stdout, stderr, code := program(t, append([]string{"submit"}, args...)...)
	return stderr + stdout, code
}

// swageWith is swage with more in its environment.
func swageWith(t *testing.T, env []string, args ...string) (said string, code int) {
	t.Helper()
	cmd := start(t, append([]string{"submit"}, args...)...)
	cmd.Env = append(cmd.Env, env...)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// program runs the real program against the server.
func program(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, err bytes.Buffer
	cmd := start(t, args...)
	cmd.Stdout, cmd.Stderr = &out, &err
	if problem := cmd.Run(); cmd.ProcessState == nil {
		t.Fatal(problem)
	}
	return out.String(), err.String(), cmd.ProcessState.ExitCode()
}

// start is the real program, to be run against the server.
func start(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	path, err := product.Program(t.Context(), product.Swage)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Env = []string{"SPARK_USER=alice", "KUBECONFIG=" + server.Kubeconfig()}
	return cmd
}

// play ends the namespace's driver once it may run, as a kubelet would. It
// returns the pod as it found it.
func play(ctx context.Context, namespace string, end func(*corev1.Pod)) (*corev1.Pod, error) {
	pods := server.Client().CoreV1().Pods(namespace)
	events, err := pods.Watch(ctx, metav1.ListOptions{LabelSelector: "spark-role=driver"})
	if err != nil {
		return nil, err
	}
	defer events.Stop()
	for event := range events.ResultChan() {
		pod, ok := event.Object.(*corev1.Pod)
		if !ok || len(pod.Spec.SchedulingGates) > 0 {
			continue
		}
		ended := pod.DeepCopy()
		end(ended)
		_, err := pods.UpdateStatus(ctx, ended, metav1.UpdateOptions{})
		return pod, err
	}
	return nil, errors.New("the driver was never let run")
}

func exits(code int32) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		pod.Status.Phase = corev1.PodFailed
		pod.Status.ContainerStatuses = []corev1.ContainerStatus{{
			Name: "spark-kubernetes-driver", State: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: code, Reason: "Error"}},
		}}
	}
}

func evicted(pod *corev1.Pod) {
	pod.Status.Phase, pod.Status.Reason, pod.Status.Message = corev1.PodFailed, "Evicted", "The node was low on memory."
}

// S17: the program ends with the application's exit code, and says the lines that wrappers of spark-submit look for.
func TestS17TheProgramExitsAsTheApplication(t *testing.T) {
	for _, row := range []struct {
		rule string
		end  func(*corev1.Pod)
		args []string
		code int
		says string
	}{
		{"an exit code", exits(7), nil, 7, `(?m)^exit code: 7$`},
		{"no exit code", evicted, nil, 125, `Evicted: The node was low on memory\.`},
		{"whatever became of it", exits(7), []string{"--exit-zero"}, 0, `(?m)^exit code: 7$`},
	} {
		t.Run(row.rule, func(t *testing.T) {
			namespace := server.Namespace(t)
			ctx, stop := context.WithTimeout(t.Context(), time.Minute)
			defer stop()
			played := make(chan error, 1)
			go func() {
				_, err := play(ctx, namespace, row.end)
				played <- err
			}()
			said, code := swage(t, append(append([]string{"-n", namespace, "--name", "pi"}, row.args...), pi...)...)
			if err := <-played; err != nil {
				t.Fatalf("%v\n%s", err, said)
			}
			if code != row.code {
				t.Errorf("exit code %d", code)
			}
			for _, line := range []string{row.says, `(?m)^pod name: pi-[0-9a-f]{16}-driver$`, `submission ID ` + namespace + `:pi-`, `(?m)^phase: Failed$`} {
				if !regexp.MustCompile(line).MatchString(said) {
					t.Errorf("%s is not in\n%s", line, said)
				}
			}
		})
	}
}

func TestTheProgramDoesNotWaitUnlessItShall(t *testing.T) {
	namespace := server.Namespace(t)
	for _, args := range [][]string{{"--no-wait"}, {"--conf", "spark.kubernetes.submission.waitAppCompletion=false"}} {
		said, code := swage(t, append(append([]string{"-n", namespace}, args...), pi...)...)
		if code != 0 || !strings.Contains(said, "submission ID") || strings.Contains(said, "exit code") {
			t.Errorf("%q: exit code %d\n%s", args, code, said)
		}
	}
}

// The API server's refusal is one sentence and exit code 1, and nothing is left behind.
func TestTheServersRefusal(t *testing.T) {
	said, code := swage(t, append([]string{"-n", "nowhere"}, pi...)...)
	if code != 1 || !strings.Contains(said, `namespaces "nowhere" not found`) {
		t.Errorf("exit code %d\n%s", code, said)
	}
	namespace := server.Namespace(t)
	allowNoServices(t, namespace)
	said, code = swage(t, append([]string{"-n", namespace, "--no-wait"}, pi...)...)
	pods, err := server.Client().CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{})
	if code != 1 || !strings.Contains(said, "exceeded quota") || err != nil || len(pods.Items) != 0 {
		t.Errorf("S8: exit code %d, %d drivers, %v\n%s", code, len(pods.Items), err, said)
	}
}

// allowNoServices makes a quota, plays its controller, and returns when it holds.
func allowNoServices(t *testing.T, namespace string) {
	t.Helper()
	none := corev1.ResourceList{"services": resource.MustParse("0")}
	quota := &corev1.ResourceQuota{ObjectMeta: metav1.ObjectMeta{Name: "tiny"}, Spec: corev1.ResourceQuotaSpec{Hard: none}}
	quotas := server.Client().CoreV1().ResourceQuotas(namespace)
	made, err := quotas.Create(t.Context(), quota, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	made.Status = corev1.ResourceQuotaStatus{Hard: none, Used: none}
	if _, err := quotas.UpdateStatus(t.Context(), made, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	service := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Name: "try"}, Spec: corev1.ServiceSpec{Ports: []corev1.ServicePort{{Port: 1}}}}
	for err = nil; !apierrors.IsForbidden(err); {
		if ctx.Err() != nil {
			t.Fatalf("the quota does not hold: %v", err)
		}
		_, err = server.Client().CoreV1().Services(namespace).Create(ctx, service, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
	}
}

// A claim that exists is an error: it is somebody's data, and stays theirs.
func TestAClaimThatExistsStaysItsOwners(t *testing.T) {
	namespace := server.Namespace(t)
	const claim = "spark.kubernetes.driver.volumes.persistentVolumeClaim.data."
	args := append([]string{
		"-n", namespace, "--no-wait", "--conf", claim + "mount.path=/d", "--conf", claim + "options.claimName=mine",
		"--conf", claim + "options.storageClass=fast", "--conf", claim + "options.sizeLimit=1Gi",
	}, pi...)
	if said, code := swage(t, args...); code != 0 {
		t.Fatal(said)
	}
	claims := server.Client().CoreV1().PersistentVolumeClaims(namespace)
	before, err := claims.Get(t.Context(), "mine", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	said, code := swage(t, args...)
	after, err := claims.Get(t.Context(), "mine", metav1.GetOptions{})
	if code != 1 || !strings.Contains(said, "creating the PersistentVolumeClaim mine") || err != nil || after.ResourceVersion != before.ResourceVersion {
		t.Errorf("exit code %d, %v\n%s", code, err, said)
	}
	pods, err := server.Client().CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{})
	if err != nil || len(pods.Items) != 1 {
		t.Errorf("%d drivers, %v", len(pods.Items), err)
	}
}
