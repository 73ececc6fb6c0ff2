package kubeconfig_test

import (
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"swage.dev/swage/cmd/swage/internal/kubeconfig"
	"swage.dev/swage/submitter"
)

// S10: whose credentials, and whom to trust.
func TestConnect(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.Header.Get("Authorization"))
	}))
	t.Cleanup(server.Close)
	dir := t.TempDir()
	file := func(name, text string) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	ca := file("ca.crt", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})))
	token := file("token", "from-file")
	config := file("config", `{apiVersion: v1, kind: Config, current-context: here, contexts: [{name: here, context: {cluster: c, user: u}}, {name: other, context: {cluster: o, user: u}}],
  clusters: [{name: c, cluster: {server: "`+server.URL+`", certificate-authority: `+ca+`}}, {name: o, cluster: {server: "https://other", certificate-authority: `+ca+`}}],
  users: [{name: u, user: {token: from-context}}]}`)
	for _, row := range []struct {
		rule, config string
		access       submitter.Access
		want, warns  string // want "": the connection fails
	}{
		{"the context's", config, submitter.Access{}, "Bearer from-context", ""},
		{"a token of the configuration", config, submitter.Access{Token: "from-conf"}, "Bearer from-conf", ""},
		{"a token's file of the configuration", config, submitter.Access{TokenFile: token}, "Bearer from-file", ""},
		{"a context of another server: its credentials, and a warning", config, submitter.Access{Context: "other"}, "Bearer from-context", "https://other"},
		{"no kubeconfig: nobody is trusted", "", submitter.Access{Token: "x"}, "", ""},
		{"an authority of the configuration", "", submitter.Access{Token: "x", CAFile: ca}, "Bearer x", ""},
		{"trust in everybody", "", submitter.Access{Token: "x", TrustAll: true}, "Bearer x", ""},
		{"trust in everybody, over the context's authority", config, submitter.Access{TrustAll: true}, "Bearer from-context", ""},
	} {
		t.Run(row.rule, func(t *testing.T) {
			f := kubeconfig.Files{Explicit: row.config, Env: func(string) (string, bool) { return "", false }}
			client, warning, err := f.Connect(server.URL, row.access, nil)
			if err != nil {
				t.Fatal(err)
			}
			if (row.warns == "") != (warning == "") || !strings.Contains(warning, row.warns) {
				t.Errorf("warning %q", warning)
			}
			if got := ask(t, client, server.URL); got != row.want {
				t.Errorf("got %q", got)
			}
		})
	}
}

// Files of credentials are read whole, by others: one without an end is refused before.
func TestFilesWithoutAnEndAreNotRead(t *testing.T) {
	const zero, says = "/dev/zero", "/dev/zero: it has more than 16 MiB; is it the right file?"
	context := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(context, []byte(`{apiVersion: v1, kind: Config, current-context: here, contexts: [{name: here, context: {cluster: c, user: u}}],
  clusters: [{name: c, cluster: {server: "https://h"}}], users: [{name: u, user: {tokenFile: /dev/zero}}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		rule, config string
		access       submitter.Access
		begins       string
	}{
		{"the kubeconfig", zero, submitter.Access{}, "kubeconfig: "},
		{"the context's token", context, submitter.Access{}, "token file "},
		{"the configuration's token", "", submitter.Access{TokenFile: zero}, "token file "},
		{"the authority", "", submitter.Access{CAFile: zero}, "server's authority "},
		{"a certificate", "", submitter.Access{CertFile: zero}, "client's certificate "},
		{"its key", "", submitter.Access{CertFile: "/dev/null", KeyFile: zero}, "client's key "},
	} {
		f := kubeconfig.Files{Explicit: row.config, Env: func(string) (string, bool) { return "", false }}
		if _, _, err := f.Connect("https://h", row.access, nil); err == nil || err.Error() != row.begins+says {
			t.Errorf("%s: got %v", row.rule, err)
		}
	}
	f := kubeconfig.Files{Explicit: context, Env: func(string) (string, bool) { return "", false }}
	if _, err := f.Config(""); err == nil || err.Error() != "token file "+says {
		t.Errorf("got %v", err)
	}
}

func ask(t *testing.T, client *http.Client, url string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Do(request)
	if err != nil {
		return ""
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
