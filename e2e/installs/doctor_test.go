//go:build node

package installs_test

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	"swage.dev/swage/e2e/product"
)

// doctorFindsNothing: swage doctor, run from outside of the cluster, finds the
// installation well. It sees the certificate by a handshake with each replica,
// and that calls failed before the first was ready.
func (i installation) doctorFindsNothing(t *testing.T) {
	t.Helper()
	var results []struct{ Check, State, Installation, Message string }
	table, _ := i.doctor(t)
	text, code := i.doctor(t, "-o", "json")
	if err := json.Unmarshal(text, &results); err != nil || code != 0 {
		t.Fatalf("exit %d: %v", code, err)
	}
	t.Logf("\n%s", table)
	asked := map[string]bool{"driver-rights": true, "submit-rights": true} // that nobody named
	for _, r := range results {
		want := "ok"
		switch {
		case asked[r.Check]:
			want = "skipped"
		case r.Check == "refusals":
			want = "warning"
		case r.Check == "certificate-trusted" && !strings.Contains(r.Message, "pod "+i.release+"-webhook-"):
			t.Errorf("no handshake: %s", r.Message)
		}
		if r.State != want {
			t.Errorf("%+v, want %s", r, want)
		}
	}
	if len(results) < 25 {
		t.Errorf("only %d results", len(results))
	}
}

func (i installation) doctor(t *testing.T, args ...string) (stdout []byte, code int) {
	t.Helper()
	path, err := product.Program(t.Context(), product.Swage)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), path, append([]string{"doctor"}, args...)...)
	cmd.Env = []string{"KUBECONFIG=" + cluster.Kubeconfig()}
	var out bytes.Buffer
	cmd.Stdout = &out
	if err := cmd.Run(); cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return out.Bytes(), cmd.ProcessState.ExitCode()
}
