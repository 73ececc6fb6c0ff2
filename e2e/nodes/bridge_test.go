//go:build node

package nodes

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"swage.dev/swage/e2e/machine"
	"swage.dev/swage/e2e/programs"
)

// Pods keep the gateway's hardware address that they once learned. Were it to
// change with the ports, their frames would go nowhere until they asked again.
func TestTheBridgeKeepsItsAddressWhilePodsComeAndGo(t *testing.T) {
	m := startMachine(t)
	if err := addBridge(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	for _, lowest := range []string{"02:00:00:00:00:02", "02:00:00:00:00:01"} {
		inMachine(t, m, "link", "add", "pod", "address", lowest, "type", "veth", "peer", "name", "peer")
		inMachine(t, m, "link", "set", "pod", "master", podBridge)
		wantBridgeAddress(t, m, "with the port "+lowest)
		inMachine(t, m, "link", "del", "pod")
		wantBridgeAddress(t, m, "after the port "+lowest+" had gone")
	}
}

func startMachine(t *testing.T) *machine.Machine {
	t.Helper()
	paths, err := programs.Build(t.Context(), programs.Options{}, programs.Pause)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	m, err := machine.Start(t.Context(), machine.Options{Pause: paths[programs.Pause], Dir: dir, Log: filepath.Join(dir, "log")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return m
}

func inMachine(t *testing.T, m *machine.Machine, args ...string) string {
	t.Helper()
	out, err := m.Run(t.Context(), "ip", args...)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func wantBridgeAddress(t *testing.T, m *machine.Machine, when string) {
	t.Helper()
	if shown := inMachine(t, m, "-o", "link", "show", podBridge); !strings.Contains(shown, podBridgeAddress) {
		t.Errorf("%s the bridge's address is another: %s", when, shown)
	}
}
