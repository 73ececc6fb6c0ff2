package webhook_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"

	"swage.dev/swage/certs"
	"swage.dev/swage/podtemplate"
	"swage.dev/swage/webhook"
)

// Mounted files are replaced under load, as the kubelet replaces those of a
// Secret and as other tools do: the new leaf is served, and no pod is refused.
func TestFilesThatAreReplacedRefuseNoPod(t *testing.T) {
	t.Parallel()
	for way, write := range map[string]func(*testing.T, string){
		"by the kubelet": mountCertificate, "one by one": writeCertificate,
	} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write(t, dir)
			files, err := certs.NewFiles(certs.FilesOptions{Dir: dir})
			if err != nil {
				t.Fatal(err)
			}
			ours := startOwn(t, webhook.Options{Certificates: files}, nil)
			server.Template(t, ours.namespace, "base", podtemplate.Default, writes("made-by", "base"))
			pods := createAllTheTime(t, ours.namespace, "made-by")
			for range 5 {
				before := servedSerial(t, ours.URL)
				write(t, dir)
				server.Await(t, "the new leaf", func() error {
					if now := servedSerial(t, ours.URL); now == before {
						return fmt.Errorf("still %s", now)
					}
					return nil
				})
			}
			pods.end()
		})
	}
}

// servedSerial is the serial number of the leaf that is served, verified.
func servedSerial(t *testing.T, url string) string {
	t.Helper()
	leaf, err := handshake(t.Context(), url[len("https://"):], admissionv1.WebhookClientConfig{CABundle: server.CA().PEM()})
	if err != nil {
		t.Fatal(err)
	}
	return leaf.SerialNumber.String()
}

// mountCertificate replaces what a volume holds as the kubelet does: the files
// are links into ..data, which is a link itself, to a directory that never
// changes; a new directory is made and the one link is swapped.
func mountCertificate(t *testing.T, dir string) {
	t.Helper()
	old, err := os.Readlink(filepath.Join(dir, "..data"))
	first := err != nil
	version := filepath.Join(dir, "..a")
	if old == "..a" {
		version = filepath.Join(dir, "..b")
	}
	if err := os.Mkdir(version, 0o755); err != nil {
		t.Fatal(err)
	}
	writeCertificate(t, version)
	links := [][2]string{{filepath.Base(version), "..data"}}
	if first {
		links = append(links, [2]string{"..data/tls.crt", "tls.crt"}, [2]string{"..data/tls.key", "tls.key"})
	}
	for _, link := range links {
		fresh := filepath.Join(dir, "..fresh")
		if err := os.Symlink(link[0], fresh); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(fresh, filepath.Join(dir, link[1])); err != nil {
			t.Fatal(err)
		}
	}
	if first {
		return
	}
	if err := os.RemoveAll(filepath.Join(dir, old)); err != nil {
		t.Fatal(err)
	}
}
