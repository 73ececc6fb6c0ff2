package app

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"time"
)

// waitDriver reads the command line and waits with the system's resolver.
func waitDriver(ctx context.Context, args []string, stderr io.Writer) error {
	flags := flag.NewFlagSet("wait-driver", flag.ContinueOnError)
	timeout := flags.Duration("timeout", startTime, "")
	if err := parse(flags, args); err != nil {
		return err
	}
	if flags.NArg() != 1 {
		return fmt.Errorf("%w: wait-driver takes one HOST:PORT", errUsage)
	}
	host, port, err := net.SplitHostPort(flags.Arg(0))
	if err != nil || host == "" || port == "" {
		return fmt.Errorf("%w: %q: expected HOST:PORT", errUsage, flags.Arg(0))
	}
	if *timeout <= 0 {
		return fmt.Errorf("%w: --timeout is %s: expected more than nothing", errUsage, *timeout)
	}
	dialer := &net.Dialer{Timeout: dialTime}
	w := waiter{
		host: host, port: port, timeout: *timeout,
		lookUp: net.DefaultResolver.LookupHost,
		dial: func(ctx context.Context, address string) (net.Conn, error) {
			return dialer.DialContext(ctx, "tcp", address)
		},
		say: func(text string) { fmt.Fprintln(stderr, text) },
	}
	return w.wait(ctx)
}

// Times of waiting.
const (
	startTime = 15 * time.Minute       // for a driver that has not started, unless --timeout says otherwise
	goneTime  = 30 * time.Second       // for the name of a driver that was there
	dialTime  = 2 * time.Second        // for an answer to one attempt
	pause     = 200 * time.Millisecond // between attempts
	longPause = time.Second            // while the name is not known: each attempt asks once a search domain
)
