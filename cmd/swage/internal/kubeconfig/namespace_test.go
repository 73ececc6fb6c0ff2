package kubeconfig_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"swage.dev/swage/cmd/swage/internal/kubeconfig"
)

// The namespace is the context's, as for kubectl.
func TestNamespace(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config")
	const text = `{apiVersion: v1, kind: Config, current-context: a, contexts: [{name: a, context: {cluster: c, namespace: team}}, {name: b, context: {cluster: c}}],
  clusters: [{name: c, cluster: {server: "https://one"}}]}`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ rule, explicit, context, want string }{
		{"the current context's", file, "", "team"},
		{"a context that names none", file, "b", ""},
		{"no kubeconfig, and no pod", "", "", ""},
	} {
		f := kubeconfig.Files{Explicit: row.explicit, Env: func(string) (string, bool) { return "", false }}
		if got, err := f.Namespace(row.context); err != nil || got != row.want {
			t.Errorf("%s: got %q, %v", row.rule, got, err)
		}
	}
	f := kubeconfig.Files{Env: func(string) (string, bool) { return "", false }}
	if _, err := f.Config(""); err == nil || !strings.Contains(err.Error(), "--kubeconfig") {
		t.Errorf("nowhere: got %v", err)
	}
	f.Explicit = file
	if config, err := f.Config("b"); err != nil || config.Host != "https://one" {
		t.Errorf("got %+v, %v", config, err)
	}
}
