package submit_test

import (
	"bufio"
	"bytes"
	"net"
	"os/exec"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/freeport"
	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/commandline"
)

// executor plans an application whose executors the submitter makes, and makes the first.
func executor(t *testing.T, namespace, helper string, args ...string) *corev1.Pod {
	t.Helper()
	line, err := commandline.Parse(append([]string{"--master", "k8s://" + server.Config().Host}, append(args, pi...)...))
	if err != nil {
		t.Fatal(err)
	}
	objects, err := submitter.Plan(submitter.Options{
		Line: line, Namespace: namespace, SparkVersion: "4.2.0", ExecutorsBy: submitter.BySubmitter, HelperImage: helper,
	})
	if err != nil {
		t.Fatal(err)
	}
	return objects.Executors.Pod(0)
}

// S7: whatever waits for the driver satisfies Pod Security's level restricted,
// as the API server understands it, where the executor's own containers do.
func TestS7WaitingIsRestricted(t *testing.T) {
	namespace := server.Namespace(t)
	label := []byte(`{"metadata":{"labels":{"pod-security.kubernetes.io/enforce":"restricted"}}}`)
	_, err := server.Client().CoreV1().Namespaces().Patch(t.Context(), namespace, "application/strategic-merge-patch+json", label, metav1.PatchOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, helper := range []string{submitter.HelperBash, submitter.HelperNone, "registry.example.com/helper:1"} {
		pod := executor(t, namespace, helper)
		pod.Name += "-" + helper[:4]
		open := pod.DeepCopy()
		if _, err := server.Client().CoreV1().Pods(namespace).Create(t.Context(), open, metav1.CreateOptions{}); err == nil || !strings.Contains(err.Error(), "restricted") {
			t.Errorf("%s: the namespace takes containers that are not restricted: %v", helper, err)
		}
		restrict(&pod.Spec.Containers[0])
		if _, err := server.Client().CoreV1().Pods(namespace).Create(t.Context(), pod, metav1.CreateOptions{}); err != nil {
			t.Errorf("%s: %v", helper, err)
		}
	}
}

func restrict(container *corev1.Container) {
	container.SecurityContext = &corev1.SecurityContext{
		RunAsNonRoot: new(true), AllowPrivilegeEscalation: new(false),
		Capabilities:   &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
		SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
	}
}

// bashWaiter is the command that waits by bash, for another address.
func bashWaiter(t *testing.T, host, port, limit string) *exec.Cmd {
	t.Helper()
	command := slices.Clone(executor(t, "default", submitter.HelperBash).Spec.InitContainers[0].Command)
	// bash -c SCRIPT NAME HOST PORT LIMIT GONE
	command[4], command[5], command[6] = host, port, limit
	return exec.CommandContext(t.Context(), command[0], command[1:]...)
}

// S7: the fallback is the bash of the executor's image. It waits while it is
// refused, and ends when somebody listens.
func TestS7BashWaitsUntilSomebodyListens(t *testing.T) {
	// Of a port for outgoing connections one who tries again and again would get it himself, now and then.
	address := freeport.Address(t)
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	waiting := bashWaiter(t, "127.0.0.1", port, "60")
	said, err := waiting.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := waiting.Start(); err != nil {
		t.Fatal(err)
	}
	if line, _ := bufio.NewReader(said).ReadString('\n'); !strings.Contains(line, "127.0.0.1:"+port) {
		t.Errorf("said %q", line)
	}
	listening, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer listening.Close()
	if err := waiting.Wait(); err != nil {
		t.Error(err)
	}
}

// S7: a driver that does not start is not waited for for ever, and a sentence says so.
func TestS7BashGivesUp(t *testing.T) {
	var said bytes.Buffer
	waiting := bashWaiter(t, "driver.invalid", "7079", "0")
	waiting.Stdout, waiting.Stderr = &said, &said
	if err := waiting.Run(); err == nil || !strings.Contains(said.String(), "the driver did not start: driver.invalid has not been known") {
		t.Errorf("%v: %s", err, &said)
	}
}
