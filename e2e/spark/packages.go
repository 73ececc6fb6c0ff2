package spark

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// ErrNotPossible says that this machine cannot make or run Spark as it is.
var ErrNotPossible = errors.New("this machine cannot run Spark")

// need is a command that must succeed, and the Debian package that has it.
type need struct {
	pkg     string
	command []string
}

func needs() []need {
	return []need{
		{"debootstrap", []string{"which", "debootstrap"}},
		{"python3-pip", []string{"python3", "-m", "pip", "--version"}},
		{"openjdk-17-jre-headless", []string{"java", "-version"}}, // spark-submit itself
	}
}

// Missing is the Debian packages that are needed and this machine lacks.
func Missing(ctx context.Context) (packages []string) {
	for _, n := range needs() {
		if exec.CommandContext(ctx, n.command[0], n.command[1:]...).Run() != nil {
			packages = append(packages, n.pkg)
		}
	}
	return packages
}

func check(ctx context.Context) error {
	if os.Geteuid() != 0 {
		return fmt.Errorf("%w: to make its image needs root", ErrNotPossible)
	}
	if packages := Missing(ctx); len(packages) > 0 {
		return fmt.Errorf("%w: install Debian's packages %s (make e2e-deps does)", ErrNotPossible, strings.Join(packages, " "))
	}
	return nil
}
