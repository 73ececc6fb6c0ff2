package submit_test

import (
	"context"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/pty"
)

// doorway is a way to the API server that can be shut: to who uses it the server is away, as while it restarts.
type doorway struct {
	listener net.Listener
	server   string
	copying  sync.WaitGroup

	mu    sync.Mutex
	shut  bool
	open  []net.Conn
	tried int // how many came while it was shut
}

func newDoorway(t *testing.T) *doorway {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d := &doorway{listener: listener, server: strings.TrimPrefix(server.Config().Host, "https://")}
	d.copying.Go(func() { d.serve(t.Context()) })
	t.Cleanup(func() {
		listener.Close()
		d.close(true)
		d.copying.Wait()
	})
	return d
}

func (d *doorway) serve(ctx context.Context) {
	for {
		in, err := d.listener.Accept()
		if err != nil {
			return
		}
		out, err := new(net.Dialer).DialContext(ctx, "tcp", d.server)
		if err != nil || !d.admit(in, out) {
			in.Close()
			continue
		}
		for _, way := range [][2]net.Conn{{in, out}, {out, in}} {
			d.copying.Go(func() {
				_, _ = io.Copy(way[0], way[1]) // the other end hears of it
				way[0].Close()
			})
		}
	}
}

func (d *doorway) admit(in, out net.Conn) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.shut {
		d.tried++
		out.Close()
		return false
	}
	d.open = append(d.open, in, out)
	return true
}

// close ends all connections, and lets others through again or not.
func (d *doorway) close(shut bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.shut = shut
	for _, connection := range d.open {
		connection.Close()
	}
	d.open = nil
}

func (d *doorway) triedInVain() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.tried
}

// kubeconfig is one for a server behind the doorway.
func (d *doorway) kubeconfig(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(server.Kubeconfig())
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "kubeconfig")
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(string(text), d.server, d.listener.Addr().String())), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// S17: an application that ends while the API server is away is waited for: its exit code is found when the server is back.
func TestS17WaitSurvivesTheServersRestart(t *testing.T) {
	namespace, door := server.Namespace(t), newDoorway(t)
	driver := driverOf(t, namespace, "pi-driver", "spark-1", runs)
	session := pty.Start(t, start(t, "wait", "--kubeconfig", door.kubeconfig(t), "-n", namespace, "pi-driver"))
	session.Awaits(t, "pi: Running", 1)
	door.close(true)
	ended(9, "Error")(driver)
	if _, err := server.Client().CoreV1().Pods(namespace).UpdateStatus(t.Context(), driver, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	patience.Until(t, "the program to try in vain", func() error {
		if door.triedInVain() < 2 {
			return context.DeadlineExceeded
		}
		return nil
	})
	door.close(false)
	if code := session.Ends(t); code != 9 {
		t.Errorf("exit code %d\n%s", code, session.Shown())
	}
}
