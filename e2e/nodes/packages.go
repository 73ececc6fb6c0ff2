package nodes

import "swage.dev/swage/e2e/needs"

// cniDir is where Debian's package has the network plugins.
const cniDir = "/usr/lib/cni"

// Needs are what is not built from Go modules: programs in C, and their like.
func Needs() []needs.Need {
	return []needs.Need{
		{Package: "runc", Command: []string{"runc"}},
		{Package: "containernetworking-plugins", Command: []string{cniDir + "/bridge"}},
		{Package: "iptables", Command: []string{"iptables"}},
		{Package: "iproute2", Command: []string{"ip"}},
		{Package: "procps", Command: []string{"sysctl"}},
		{Package: "mount", Command: []string{"mount"}},
	}
}
