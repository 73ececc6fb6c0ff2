package webhook_test

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"testing"

	"swage.dev/swage/e2e/swagewebhook"
	"swage.dev/swage/podtemplate"
)

// maxIdle is what a replica may hold in memory while nothing happens, in KiB.
// Most of it is the program's text, which replicas on one node share.
const maxIdle = 40 << 10

// A server that waits for pods is small: it keeps of the cluster only what it
// uses. Importing one package too many is the usual way to lose that. It runs
// alone: other tests' templates would be in this server's memory too.
func TestAnIdleServerIsSmall(t *testing.T) {
	namespace := server.Namespace(t)
	for i := range 5 {
		server.Template(t, namespace, fmt.Sprintf("base-%d", i), podtemplate.Default, map[string]string{"pod.yaml": sidecarTemplate})
	}
	idle := startReplica(t, swagewebhook.Options{})
	total, anonymous := memoryOf(t, idle.PID(), "VmRSS"), memoryOf(t, idle.PID(), "RssAnon")
	t.Logf("resident: %d KiB, %d of them not the program's own file", total, anonymous)
	if total > maxIdle {
		t.Errorf("%d KiB resident, want at most %d: compare /debug/pprof/heap and the list of imported packages with the last good build", total, maxIdle)
	}
}

// startReplica runs the binary beside the shared one until the test ends.
func startReplica(t testing.TB, opts swagewebhook.Options) *swagewebhook.Program {
	t.Helper()
	opts.Cluster, opts.Path = server.Cluster, server.Binary
	p, err := swagewebhook.Start(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Stop(context.WithoutCancel(t.Context())) }) // tests that end it themselves check how it ended
	return p
}

// memoryOf reads one figure of proc(5)'s status file, in KiB.
func memoryOf(t testing.TB, pid int, field string) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`(?m)^` + field + `:\s+(\d+) kB$`).FindSubmatch(status)
	if line == nil {
		t.Fatalf("no %s in %s", field, status)
	}
	size, err := strconv.Atoi(string(line[1]))
	if err != nil {
		t.Fatal(err)
	}
	return size
}
