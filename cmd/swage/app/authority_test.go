package app_test

import (
	"bytes"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"swage.dev/swage/cmd/swage/app"
)

// Who uses a command that reads no setting of Spark's is told to name the
// authority in the kubeconfig, and nowhere else.
func TestAnAuthorityIsNamedInTheKubeconfig(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError) // it complains of who does not trust it
	server.StartTLS()
	t.Cleanup(server.Close)
	path := filepath.Join(t.TempDir(), "config")
	text := "{apiVersion: v1, kind: Config, current-context: a, contexts: [{name: a, context: {cluster: a}}], clusters: [{name: a, cluster: {server: '" + server.URL + "'}}]}"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	code := app.Run(t.Context(), app.Process{
		Name: "swage", Args: []string{"doctor"}, Stdin: &bytes.Buffer{}, Stdout: &stdout, Stderr: &stderr,
		Env: func(name string) (string, bool) { return path, name == "KUBECONFIG" },
		Now: time.Now, Random: rand.NewChaCha8([32]byte{}),
	})
	said := stderr.String()
	if code == 0 || !strings.Contains(said, "give its authority by certificate-authority in the kubeconfig") || strings.Contains(said, "caCertFile") {
		t.Errorf("exit %d: %s", code, said)
	}
}
