package doctor_test

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	"swage.dev/swage/e2e/product"
)

// result is what doctor promises to programs.
type result struct{ Check, State, Installation, Message, Do string }

// doctor runs the real program against the server.
func doctor(t *testing.T, kubeconfig string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	path, err := product.Program(t.Context(), product.Swage)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), path, append([]string{"doctor"}, args...)...)
	cmd.Env = []string{"KUBECONFIG=" + kubeconfig}
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), said.String(), cmd.ProcessState.ExitCode()
}

// examined are doctor's results, and how it exits.
func examined(t *testing.T, args ...string) (results []result, code int) {
	t.Helper()
	stdout, stderr, code := doctor(t, server.Kubeconfig(), append(args, "-o", "json")...)
	if err := json.Unmarshal([]byte(stdout), &results); err != nil {
		t.Fatalf("%v: %s%s", err, stdout, stderr)
	}
	return results, code
}

// An installation that is well: each check is ok, or has no question.
func TestHealthy(t *testing.T) {
	stdout, stderr, code := doctor(t, server.Kubeconfig())
	t.Log("\n" + stdout + stderr)
	if code != 0 {
		t.Errorf("exit %d", code)
	}
	results, _ := examined(t)
	for _, r := range results {
		want := "ok"
		if r.Check == "driver-rights" || r.Check == "submit-rights" {
			want = "skipped" // nobody asked
		}
		if r.State != want {
			t.Errorf("%+v", r)
		}
	}
	if len(strings.Split(strings.TrimSpace(stdout), "\n")) != len(results)+1 {
		t.Error("the table has not one line a check")
	}
}
