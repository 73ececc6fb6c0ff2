package nodes

import (
	"context"

	"swage.dev/swage/e2e/machine"
)

// The pods' network: one bridge for all nodes. The bridge's own address is
// where CoreDNS listens.
const (
	podBridge  = "podbr0"
	podSubnet  = "10.88.0.0/16"
	podGateway = "10.88.0.1"
	// podBridgeAddress stays while pods come and go. A bridge that was given none
	// takes the lowest of its ports': pods that knew the old one then call nobody
	// for ten seconds and more, and their names do not resolve. The network
	// plugin fixes the address only of a bridge that it has made.
	podBridgeAddress = "0a:58:0a:58:00:01"
)

// addBridge makes the bridge: the plugin would with the first pod, but CoreDNS
// needs it before.
func addBridge(ctx context.Context, m *machine.Machine) error {
	for _, args := range [][]string{
		{"link", "add", podBridge, "address", podBridgeAddress, "type", "bridge"},
		{"addr", "add", podGateway + "/16", "dev", podBridge},
		{"link", "set", podBridge, "up"},
	} {
		if _, err := m.Run(ctx, "ip", args...); err != nil {
			return err
		}
	}
	return nil
}
