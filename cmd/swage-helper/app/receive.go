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

// endTime is how long taking back what was received may take, when it ends from outside: less than a pod's grace period.
const endTime = 20 * time.Second

// receive reads the command line and receives the files that come by standard input.
func receive(ctx context.Context, args []string, stdin io.Reader, stdout io.Writer) error {
	flags := flag.NewFlagSet("receive", flag.ContinueOnError)
	timeout := flags.Duration("timeout", stageTime, "")
	files := flags.Int("files", 0, "")
	bytes := flags.Int64("bytes", 0, "")
	whole := flags.Bool("whole", false, "")
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
	ctx, done := context.WithTimeoutCause(ctx, *timeout,
		fmt.Errorf("not all files arrived within %s: whoever submitted is gone, or needs a longer --stage-timeout", *timeout))
	defer done()
	ctx, giveUp := context.WithCancelCause(ctx)
	defer giveUp(nil)
	begin := time.AfterFunc(staging.BeginTime, func() {
		giveUp(fmt.Errorf("nobody began to send within %s: whoever submitted is gone", staging.BeginTime))
	})
	defer begin.Stop()
	into := staging.Receive
	if *whole {
		into = staging.ReceiveWhole
	}
	err := until(ctx, &noticed{stdin, begin}, func(stream io.Reader) error {
		return into(stream, flags.Arg(0), staging.Expected{Files: *files, Bytes: *bytes})
	})
	if err == nil {
		fmt.Fprintln(stdout, "all files arrived")
	}
	return err
}

// noticed stops a timer when something is read.
type noticed struct {
	io.Reader

	timer *time.Timer
}

func (n *noticed) Read(into []byte) (int, error) {
	read, err := n.Reader.Read(into)
	if read > 0 {
		n.timer.Stop()
	}
	return read, err
}

// until has a stream received until the context ends, and what was received taken back then. Nothing interrupts a Read of standard
// input: where it never ends, the end of the process does.
func until(ctx context.Context, stdin io.Reader, receive func(io.Reader) error) error {
	stream, pump := io.Pipe()
	go func() {
		_, err := io.Copy(pump, stdin)
		_ = pump.CloseWithError(err) // always nil
	}()
	ended := make(chan error, 1)
	go func() { ended <- receive(stream) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	_ = stream.CloseWithError(io.ErrUnexpectedEOF) // always nil
	_ = pump.CloseWithError(io.ErrUnexpectedEOF)   // always nil
	limit := time.NewTimer(endTime)
	defer limit.Stop()
	select {
	case err := <-ended:
		if err == nil { // its end came first
			return nil
		}
	case <-limit.C: // a disk that does not answer
	}
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return cause
	}
	return errors.New("stopped before all files arrived")
}
