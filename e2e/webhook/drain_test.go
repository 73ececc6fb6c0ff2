package webhook_test

import (
	"crypto/x509/pkix"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"swage.dev/swage/e2e/swagewebhook"
	"swage.dev/swage/e2e/webhooktest"
	"swage.dev/swage/podtemplate"
)

// A rolling update under load, with failurePolicy Fail: of two replicas, real
// processes behind one address, each is told to end by SIGTERM and replaced,
// twice over. A replica that is told to stop says so first and serves on until
// nobody comes any more, so that no pod is refused.
func TestARollingUpdateRefusesNoPod(t *testing.T) {
	t.Parallel()
	front := newBalancer(t)
	dir := certificateDir(t)
	replicas := []*swagewebhook.Program{startBehind(t, front, dir), startBehind(t, front, dir)}
	namespace, _ := register(t, webhooktest.Endpoint{URL: "https://" + front.address, CABundle: server.CA().PEM()}, nil)
	server.Template(t, namespace, "base", podtemplate.Default, writes("made-by", "base"))

	pods := createAllTheTime(t, namespace, "made-by")
	for round := range 4 {
		old := replicas[round%2]
		replicas[round%2] = startBehind(t, front, dir)
		before := pods.made.Load()
		if err := old.Stop(t.Context()); err != nil {
			t.Errorf("SIGTERM: %v", err)
		}
		front.remove(backendOf(old))
		server.Await(t, "pods made after a replica has gone", func() error {
			if pods.made.Load() < before+20 && !t.Failed() {
				return fmt.Errorf("%d pods", pods.made.Load())
			}
			return nil
		})
	}
	if n := pods.end(); !t.Failed() {
		t.Logf("%d pods, none refused", n)
	}
}

func backendOf(p *swagewebhook.Program) backend { return backend{address: p.Address, status: p.Status} }

// startBehind starts a replica that serves from files, and on for as long as
// the balancer needs to see that it wants to go.
func startBehind(t *testing.T, front *balancer, dir string) *swagewebhook.Program {
	t.Helper()
	p := startReplica(t, swagewebhook.Options{Args: []string{
		"--certificates=files", "--certificates-dir=" + dir, "--certificate-host=127.0.0.1", "--drain=" + behindBalancer.String(),
	}})
	front.add(backendOf(p))
	return p
}

// certificateDir holds a certificate by the authority of the tests.
func certificateDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	writeCertificate(t, dir)
	return dir
}

// writeCertificate puts a new certificate there, each file at once, as tools do that replace files.
func writeCertificate(t *testing.T, dir string) {
	t.Helper()
	cert, key, err := server.CA().Issue(pkix.Name{CommonName: "swage-webhook"})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{"tls.crt": cert, "tls.key": key} {
		fresh := filepath.Join(dir, name+".new")
		if err := os.WriteFile(fresh, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(fresh, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
}
