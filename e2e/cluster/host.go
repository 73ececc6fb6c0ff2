package cluster

import "net"

// Host is a machine that the components run on. The zero value is this one:
// they listen on its loopback interface.
type Host struct {
	// Address is the machine's, as it is reached from here and from there.
	Address string
	// Enter moves a thread there: see process.Spec.
	Enter func() error
}

func (h Host) address() string {
	if h.Address == "" {
		return loopback
	}
	return h.Address
}

// serverNames are those under which pods and nodes know the API server.
func (h Host) serverNames() []string {
	return []string{h.address(), firstServiceIP().String(), "kubernetes.default.svc", "kubernetes.default"}
}

// firstServiceIP is the address of the Service `kubernetes`: always the first of
// the API server's range.
func firstServiceIP() net.IP { return net.IPv4(10, 96, 0, 1) }
