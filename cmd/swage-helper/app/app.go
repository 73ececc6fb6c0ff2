package app

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"swage.dev/swage/cmd/internal/buildversion"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

const usage = `swage-helper does in an application's pods what Spark's images cannot do.

  swage-helper wait-driver [--timeout 15m] HOST:PORT
      waits until the driver takes executors: until somebody listens there
  swage-helper receive --files N --bytes N [--timeout 10m] [--whole] FOLDER
      takes the files of whoever submitted from standard input; exits with 0
      only when all of them have arrived as they were sent; with --whole there is
      no FOLDER until then
  swage-helper remove FOLDER
      removes what was received into a folder
  swage-helper version
`

// Main runs the program with its arguments and returns its exit code.
func Main(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	err := command(ctx, args, stdin, stdout, stderr)
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errUsage):
		fmt.Fprintf(stderr, "swage-helper: %v\n\n%s", err, usage)
		return exitUsage
	}
	fmt.Fprintf(stderr, "swage-helper: %v\n", err)
	return exitFailed
}

// errUsage is wrapped by errors about the command line.
var errUsage = errors.New("usage")

func command(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	if len(args) == 0 {
		return fmt.Errorf("%w: expected a command", errUsage)
	}
	switch args[0] {
	case "wait-driver":
		return waitDriver(ctx, args[1:], stderr)
	case "receive":
		return receive(ctx, args[1:], stdin, stdout)
	case "remove":
		return remove(args[1:])
	case "version", "--version":
		fmt.Fprint(stdout, buildversion.Line("swage-helper"))
		return nil
	case "help", "-h", "-help", "--help":
		fmt.Fprint(stdout, usage)
		return nil
	}
	return fmt.Errorf("%w: %q is no command", errUsage, args[0])
}

// parse reads a command's flags.
func parse(flags *flag.FlagSet, args []string) error {
	flags.SetOutput(io.Discard) // the error says it
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	return nil
}
