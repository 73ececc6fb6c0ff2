package app

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"swage.dev/swage/submitter/staging"
)

// stageTime is how long receiving may take, unless --timeout says otherwise.
const stageTime = 10 * time.Minute

// receive reads the command line and receives the files that come by standard input.
func receive(ctx context.Context, args []string, stdin io.Reader, stdout io.Writer) error {
	flags := flag.NewFlagSet("receive", flag.ContinueOnError)
	timeout := flags.Duration("timeout", stageTime, "")
	files := flags.Int("files", 0, "")
	bytes := flags.Int64("bytes", 0, "")
	if err := parse(flags, args); err != nil {
		return err
	}
	switch {
	case flags.NArg() != 1 || flags.Arg(0) == "":
		return fmt.Errorf("%w: receive takes one FOLDER", errUsage)
	case *files <= 0 || *bytes < 0:
		return fmt.Errorf("%w: --files is %d, --bytes is %d: expected how many there will be", errUsage, *files, *bytes)
	case *timeout <= 0:
		return fmt.Errorf("%w: --timeout is %s: expected more than nothing", errUsage, *timeout)
	}
	fmt.Fprintf(stdout, "waiting for %d files, %d bytes\n", *files, *bytes)
	ended := make(chan error, 1)
	// Nothing interrupts a Read of standard input: where it never ends, the end of the process does.
	go func() {
		ended <- staging.Receive(stdin, flags.Arg(0), staging.Expected{Files: *files, Bytes: *bytes})
	}()
	limit := time.NewTimer(*timeout)
	defer limit.Stop()
	select {
	case err := <-ended:
		if err == nil {
			fmt.Fprintln(stdout, "all files arrived")
		}
		return err
	case <-limit.C:
		return fmt.Errorf("not all files arrived within %s: whoever submitted is gone, or needs a longer --stage-timeout", *timeout)
	case <-ctx.Done():
		return errors.New("stopped before all files arrived")
	}
}
