package kubeconfig_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"swage.dev/swage/cmd/swage/internal/kubeconfig"
	"swage.dev/swage/submitter/apiserver"
)

// A credential plugin that fails is told as that, by its name and its exit code; a server that is away is not its fault.
func TestACredentialPluginThatFails(t *testing.T) {
	gone := httptest.NewTLSServer(http.NotFoundHandler())
	gone.Close() // whoever connects is refused
	const nowhere = "swage-no-such-plugin"
	const token = `{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": "t"}}`
	for _, row := range []struct {
		rule, script, hint, says string // says "": the server is asked
	}{
		{"it fails", "exit 3", "", "failed with exit code 3: log in again, or run it by hand to see why"},
		{"it is not there", "", "", "no such file or directory: log in again"},
		{"it is nowhere in the path, and the kubeconfig says how to get it", nowhere, "install it from the shelf", "not found: install it from the shelf"},
		{"it says something else", "echo hello", "", "decoding stdout"},
		{"it has a token", "echo '" + token + "'", "", ""},
	} {
		t.Run(row.rule, func(t *testing.T) {
			dir := t.TempDir()
			plugin, runs := filepath.Join(dir, "login"), filepath.Join(dir, "runs")
			if row.script == nowhere {
				plugin = nowhere
			} else if row.script != "" {
				write(t, plugin, "#!/bin/sh\necho >>"+runs+"\n"+row.script+"\n")
			}
			err := asked(t, fmt.Sprintf(`{apiVersion: v1, kind: Config, current-context: a, contexts: [{name: a, context: {cluster: c, user: u}}],
  clusters: [{name: c, cluster: {server: %q}}],
  users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: %q, interactiveMode: Never, installHint: %q}}}]}`, gone.URL, plugin, row.hint))
			var none *apiserver.CredentialsError
			if errors.As(err, &none) != (row.says != "") {
				t.Errorf("got %v", err)
			}
			for _, part := range []string{map[bool]string{true: "connection refused", false: plugin + " failed, so that"}[row.says == ""], row.says} {
				if !strings.Contains(err.Error(), part) || strings.Contains(err.Error(), "\n") {
					t.Errorf("got %v, want %q", err, part)
				}
			}
			if ran, _ := os.ReadFile(runs); filepath.IsAbs(plugin) && row.script != "" && len(ran) != 1 {
				t.Errorf("it ran %d times", len(ran))
			}
		})
	}
}

// asked is the error of a call by a kubeconfig.
func asked(t *testing.T, text string) error {
	t.Helper()
	config := filepath.Join(t.TempDir(), "config")
	write(t, config, text)
	reached, err := kubeconfig.Files{Explicit: config, Env: func(string) (string, bool) { return "", false }}.Config("")
	if err != nil {
		t.Fatal(err)
	}
	client, err := kubeconfig.Client(reached, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	_, err = apiserver.New(reached.Host, client).GetPod(t.Context(), "a", "b")
	return err
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
}
