package forward

import (
	"cmp"
	"context"
	"fmt"

	"k8s.io/client-go/tools/portforward"
)

// During forwards while do runs, and returns its error; or why nothing was forwarded.
// Remote may speak anything; Ready is not told. The context ends do, and the
// forwarding; but not the opening, which takes as long as API servers wait for a
// node, 30 s.
func During(ctx context.Context, o Options, do func(ctx context.Context, local uint16) error) error {
	inner, stop := context.WithCancel(ctx)
	defer stop()
	forwarder, err := newForwarder(&o, inner.Done())
	if err != nil {
		return fmt.Errorf("forwarding to %s: %w", o.Pod, err)
	}
	done := false
	var outcome error
	err = forwardWhile(inner, stop, forwarder, func(local uint16) (goOn bool) {
		outcome, done = do(inner, local), true
		return false
	})
	if done {
		return outcome
	}
	return fmt.Errorf("forwarding to %s: %w", o.Pod, cmp.Or(err, context.Cause(ctx), portforward.ErrLostConnectionToPod))
}
