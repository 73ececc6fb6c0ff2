// Package needs says what this machine lacks of what can neither be built from
// Go modules nor come from PyPI: root, and packages of Debian. It imports nothing
// that takes long to compile, for it is asked first.
package needs

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// Need is one of them.
type Need struct {
	// Package is Debian's, which has the command.
	Package string
	// Command is a program's name or path, which must be there. With arguments
	// it is run, and must succeed.
	Command []string
}

// ErrNotPossible says that this machine cannot run nodes or Spark as it is.
var ErrNotPossible = errors.New("this machine cannot run nodes and Spark as it is")

// Missing is the packages that this machine lacks.
func Missing(ctx context.Context, all []Need) (packages []string) {
	for _, n := range all {
		if !n.isMet(ctx) {
			packages = append(packages, n.Package)
		}
	}
	return packages
}

func (n Need) isMet(ctx context.Context) bool {
	if len(n.Command) == 1 {
		_, err := exec.LookPath(n.Command[0])
		return err == nil
	}
	return exec.CommandContext(ctx, n.Command[0], n.Command[1:]...).Run() == nil
}

// Check says what is missing, all of it at once. The error is ErrNotPossible.
func Check(ctx context.Context, all []Need) error {
	return verdict(os.Geteuid(), Missing(ctx, all))
}

func verdict(user int, packages []string) error {
	var lacks []string
	if user != 0 {
		lacks = append(lacks, "it takes root")
	}
	if len(packages) > 0 {
		lacks = append(lacks, "install Debian's "+strings.Join(packages, " ")+" (make e2e-deps does)")
	}
	if len(lacks) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %s", ErrNotPossible, strings.Join(lacks, "; "))
}
