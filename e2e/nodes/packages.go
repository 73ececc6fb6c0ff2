package nodes

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// cniDir is where Debian's package has the network plugins.
const cniDir = "/usr/lib/cni"

// need is a command or a file, and the Debian package that has it.
type need struct{ what, pkg string }

// needs are what is not built from Go modules: programs in C, and their like.
func needs() []need {
	return []need{
		{"runc", "runc"},
		{cniDir + "/bridge", "containernetworking-plugins"},
		{"iptables", "iptables"},
		{"ip", "iproute2"},
		{"sysctl", "procps"},
		{"mount", "mount"},
	}
}

// ErrNotPossible says that this machine cannot run nodes as it is.
var ErrNotPossible = errors.New("this machine cannot run a node")

// check says what is missing, all of it at once.
func check() error {
	if os.Geteuid() != 0 {
		return fmt.Errorf("%w: it needs root", ErrNotPossible)
	}
	if packages := Missing(); len(packages) > 0 {
		return fmt.Errorf("%w: install Debian's packages %s (make e2e-deps does)", ErrNotPossible, strings.Join(packages, " "))
	}
	return nil
}

// Missing is the Debian packages that nodes need and this machine lacks.
func Missing() (packages []string) {
	for _, n := range needs() {
		if _, err := exec.LookPath(n.what); err != nil {
			packages = append(packages, n.pkg)
		}
	}
	return packages
}
