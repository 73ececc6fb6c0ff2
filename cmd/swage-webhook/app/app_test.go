package app

import (
	"bytes"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"swage.dev/swage/certs"
	"swage.dev/swage/webhook"
)

const kubeconfig = `
apiVersion: v1
kind: Config
current-context: test
clusters: [{name: test, cluster: {server: "https://127.0.0.1:1"}}, {name: other, cluster: {server: "https://127.0.0.1:2"}}]
contexts: [{name: test, context: {cluster: test, user: test}}, {name: other, context: {cluster: other, user: test}}]
users: [{name: test, user: {token: t}}]
`

func kubeconfigFile(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "kubeconfig")
	if err := os.WriteFile(file, []byte(kubeconfig), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// A wrong command line ends at once with exit code 2 and says what is wrong and
// what is expected; nothing was called or opened.
func TestUsage(t *testing.T) {
	config := "--kubeconfig=" + kubeconfigFile(t)
	for _, row := range []struct {
		rule string
		args []string
		says string
	}{
		{"an argument", []string{"serve"}, `unknown command "serve"`},
		{"an unknown flag", []string{"--adr=:1"}, "--adr"},
		{"a number that is none", []string{"--max-templates=many"}, "max-templates"},
		{"a limit below zero", []string{"--max-templates=-1"}, "--max-templates must be more than 0"},
		{"a limit of nothing", []string{"--max-template-bytes=0"}, "--max-template-bytes must be more than 0"},
		{"no look-ups", []string{"--lookup-rate=0"}, "--lookup-rate"},
		{"an unknown log level", []string{"--log-level=loud"}, "expected debug, info, warn or error"},
		{"an unknown log format", []string{"--log-format=xml"}, "expected json, text or auto"},
		{"an unknown source of certificates", []string{config, "--certificates=magic"}, "expected self, cert-manager or files"},
		{"one namespace and cert-manager", []string{config, "--namespace=team", "--certificates=cert-manager"}, "--certificates files"},
		{"one namespace and own certificates", []string{config, "--namespace=team"}, "--certificates files"},
		{"a Secret in no namespace", []string{config, "--system-namespace=Not_A_Name"}, "Not_A_Name"},
		{"an address without a port", []string{config, "--address=localhost"}, "host:port"},
		{"a class that is no label value", []string{config, "--class=a b"}, "class"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			var out bytes.Buffer
			if code := Main(t.Context(), row.args, io.Discard, &out); code != exitUsage || !strings.Contains(out.String(), row.says) {
				t.Errorf("exit %d: %s", code, &out)
			}
		})
	}
}

// What cannot be reached is no wrong command line.
func TestAMissingKubeconfigFails(t *testing.T) {
	var out bytes.Buffer
	if code := Main(t.Context(), []string{"--kubeconfig=" + filepath.Join(t.TempDir(), "none")}, io.Discard, &out); code != exitFailed || !strings.Contains(out.String(), "--kubeconfig") {
		t.Errorf("exit %d: %s", code, &out)
	}
}

// explained is a flag's line: its name, what it takes, and what it does.
var explained = regexp.MustCompile(`^ *--[a-z-]+( [a-zA-Z0-9]+)?   +\S+`)

func TestHelp(t *testing.T) {
	var out, errors bytes.Buffer
	if code := Main(t.Context(), []string{"--help"}, &out, &errors); code != exitOK || errors.Len() > 0 {
		t.Fatalf("exit %d: %s", code, &errors)
	}
	var f flags
	command := &cobra.Command{}
	f.register(command)
	for line := range strings.Lines(command.Flags().FlagUsages()) {
		if !strings.Contains(out.String(), strings.TrimSpace(line)) || !explained.MatchString(line) {
			t.Errorf("%q is not explained", line)
		}
	}
}

func TestVersion(t *testing.T) {
	var out, errors bytes.Buffer
	if code := Main(t.Context(), []string{"--version"}, &out, &errors); code != exitOK || errors.Len() > 0 || !strings.HasPrefix(out.String(), "swage-webhook ") {
		t.Errorf("exit %d: %s%s", code, &out, &errors)
	}
}

// flagRows say for each flag where it arrives.
var flagRows = map[string]func(webhook.Options) bool{
	"--address=:1":                func(o webhook.Options) bool { return o.Address == ":1" },
	"--status-address=:2":         func(o webhook.Options) bool { return o.StatusAddress == ":2" },
	"--profiling":                 func(o webhook.Options) bool { return o.Profiling },
	"--drain=0":                   func(o webhook.Options) bool { return o.Drain < 0 }, // zero means the default
	"--drain=7s":                  func(o webhook.Options) bool { return o.Drain == 7*time.Second },
	"--system-namespace=sys":      func(o webhook.Options) bool { return o.SystemNamespace == "sys" },
	"--namespace=team":            func(o webhook.Options) bool { return o.Namespace == "team" },
	"--class=blue":                func(o webhook.Options) bool { return o.Class == "blue" },
	"--no-native-sidecars":        func(o webhook.Options) bool { return o.NoNativeSidecars },
	"--context=other":             func(o webhook.Options) bool { return o.Config.Host == "https://127.0.0.1:2" },
	"--certificates-dir=/tls":     func(o webhook.Options) bool { _, ok := o.Certificates.(*certs.Files); return ok },
	"--lookup-timeout=1s":         func(o webhook.Options) bool { return o.LookupTimeout == time.Second },
	"--lookup-rate=2":             func(o webhook.Options) bool { return o.LookupRate == 2 },
	"--lookup-burst=3":            func(o webhook.Options) bool { return o.LookupBurst == 3 },
	"--max-templates=4":           func(o webhook.Options) bool { return o.Limits.NamespaceTemplates == 4 },
	"--max-template-bytes=5":      func(o webhook.Options) bool { return o.Limits.TemplateBytes == 5 },
	"--max-namespace-bytes=6":     func(o webhook.Options) bool { return o.Limits.NamespaceBytes == 6 },
	"--max-added-items=7":         func(o webhook.Options) bool { return o.Limits.AddedItems == 7 },
	"--max-node-selector-terms=8": func(o webhook.Options) bool { return o.Limits.NodeSelectorTerms == 8 },
	"--max-named-templates=9":     func(o webhook.Options) bool { return o.Limits.NamedTemplates == 9 },
	"--max-cache-bytes=10":        func(o webhook.Options) bool { return o.Limits.CacheBytes == 10 },
}

// Every flag reaches the server.
func TestFlagsReachTheServer(t *testing.T) {
	config := "--kubeconfig=" + kubeconfigFile(t)
	for flag, arrived := range flagRows {
		var f flags
		command := &cobra.Command{}
		f.register(command)
		if err := command.ParseFlags([]string{config, "--certificates=files", flag}); err != nil {
			t.Fatal(err)
		}
		opts, err := f.options(slog.New(slog.DiscardHandler))
		if err != nil || !arrived(opts) {
			t.Errorf("%s does not arrive: %v", flag, err)
		}
	}
}

// Each source of certificates has its name.
func TestSourcesOfCertificates(t *testing.T) {
	config := "--kubeconfig=" + kubeconfigFile(t)
	for name, right := range map[string]func(webhook.Certificates) bool{
		"self":         func(c webhook.Certificates) bool { _, ok := c.(*certs.Self); return ok },
		"cert-manager": func(c webhook.Certificates) bool { _, ok := c.(*certs.CertManager); return ok },
		"files":        func(c webhook.Certificates) bool { _, ok := c.(*certs.Files); return ok },
	} {
		var f flags
		command := &cobra.Command{}
		f.register(command)
		if err := command.ParseFlags([]string{config, "--certificates=" + name}); err != nil {
			t.Fatal(err)
		}
		opts, err := f.options(slog.New(slog.DiscardHandler))
		if err != nil || !right(opts.Certificates) {
			t.Errorf("%s is a %T: %v", name, opts.Certificates, err)
		}
	}
}

// What mounted certificates are checked for is what API servers will ask for.
func TestTheNameThatIsCalled(t *testing.T) {
	for want, c := range map[string]certificates{
		"swage.sys.svc": {service: "swage"}, "10.0.0.1": {service: "swage", hosts: []string{"10.0.0.1"}},
	} {
		if got := c.host(webhook.Options{SystemNamespace: "sys"}); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	restricted := certificates{service: "swage"}
	if got := restricted.host(webhook.Options{SystemNamespace: "sys", Namespace: "team"}); got != "swage.team.svc" {
		t.Errorf("in one namespace: %s", got)
	}
}

// In a pod logs are JSON; libraries log the same way.
func TestLogging(t *testing.T) {
	for format, want := range map[string]string{"auto": `"level":"INFO"`, "json": `"level":"INFO"`, "text": "level=INFO"} {
		var out bytes.Buffer
		f := flags{logging: logging{level: "info", format: format}}
		logger, err := f.logger(&out)
		if err != nil {
			t.Fatal(err)
		}
		logger.Info("hello")
		logger.Debug("not told")
		if !strings.Contains(out.String(), want) || strings.Contains(out.String(), "not told") {
			t.Errorf("%s: %s", format, &out)
		}
	}
}

// A part that can never work ends the server, which says what to do.
func TestMissingCertificatesFail(t *testing.T) {
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	var out bytes.Buffer
	code := Main(t.Context(), []string{
		"--kubeconfig=" + kubeconfigFile(t), "--address=" + address, "--status-address=127.0.0.1:0",
		"--certificates=files", "--certificates-dir=" + t.TempDir(),
	}, io.Discard, &out)
	if code != exitFailed || !strings.Contains(out.String(), "tls.crt") {
		t.Errorf("exit %d: %s", code, &out)
	}
}
