package kubeconfig_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"swage.dev/swage/cmd/swage/internal/kubeconfig"
)

const (
	first = `{apiVersion: v1, kind: Config, current-context: a, contexts: [{name: a, context: {cluster: one}}, {name: broken, context: {cluster: none}}],
  clusters: [{name: one, cluster: {server: "https://one"}}]}`
	second = `{apiVersion: v1, kind: Config, current-context: b, contexts: [{name: b, context: {cluster: two}}],
  clusters: [{name: two, cluster: {server: "https://two"}}]}`
)

// S10: kubectl's rules: --kubeconfig, $KUBECONFIG's list, ~/.kube/config, the pod's own cluster.
func TestServer(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	one, two := write("one", first), write("two", second)
	write(".kube/config", second)
	list := one + string(filepath.ListSeparator) + two
	for _, row := range []struct {
		rule, explicit, context string
		env                     map[string]string
		want                    string // "error: " and a part of it
	}{
		{"the file that is named", one, "", map[string]string{"KUBECONFIG": two}, "https://one"},
		{"a file that is named and not there", filepath.Join(dir, "none"), "", nil, "error: none"},
		{"the first of a list has the current context", "", "", map[string]string{"KUBECONFIG": list}, "https://one"},
		{"contexts of all files of a list", "", "b", map[string]string{"KUBECONFIG": list}, "https://two"},
		{"the user's own", "", "", map[string]string{"HOME": dir}, "https://two"},
		{"a context that is not there", one, "other", nil, `error: no context "other"`},
		{"a context without its cluster", one, "broken", nil, `error: the cluster "none"`},
		{"in a pod", "", "", map[string]string{"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, "https://kubernetes.default.svc"},
		{"a kubeconfig beats the pod's cluster", "", "", map[string]string{"KUBERNETES_SERVICE_HOST": "10.0.0.1", "HOME": dir}, "https://two"},
		{"nowhere", "", "", nil, ""},
		{"a context, and no kubeconfig", "", "b", nil, `error: no context "b"`},
	} {
		t.Run(row.rule, func(t *testing.T) {
			f := kubeconfig.Files{Explicit: row.explicit, Env: func(name string) (string, bool) { value, set := row.env[name]; return value, set }}
			got, err := f.Server(row.context)
			if part, failing := strings.CutPrefix(row.want, "error: "); failing {
				if err == nil || !strings.Contains(err.Error(), part) {
					t.Errorf("got %q, %v", got, err)
				}
			} else if err != nil || got != row.want {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}
