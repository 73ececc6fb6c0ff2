package forward

import (
	"context"
	"fmt"
	"sync"
)

// During forwards while do runs, and returns its error; or why nothing was forwarded.
// Remote may speak anything; Ready is not told. The context ends do, and the
// forwarding; but not the opening, which takes as long as API servers wait for a
// node, 30 s.
func During(ctx context.Context, o Options, do func(ctx context.Context, local uint16) error) error {
	inner, stop := context.WithCancel(ctx)
	ready := make(chan struct{})
	forwarder, err := newForwarder(&o, inner.Done(), ready)
	if err != nil {
		stop()
		return fmt.Errorf("forwarding to %s: %w", o.Pod, err)
	}
	done := false
	var doing sync.WaitGroup
	var outcome error
	doing.Go(func() {
		defer stop()
		select {
		case <-ready:
		case <-inner.Done():
			return
		}
		forwarded, err := forwarder.GetPorts()
		if err != nil {
			outcome, done = err, true
			return
		}
		outcome, done = do(inner, forwarded[0].Local), true
	})
	err = forwarder.ForwardPorts()
	stop()
	doing.Wait()
	switch {
	case done:
		return outcome
	case err == nil:
		err = context.Cause(ctx)
	}
	return fmt.Errorf("forwarding to %s: %w", o.Pod, err)
}
