// Package forward forwards a port of this machine to a port of a pod.
package forward

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/portforward"
	"k8s.io/client-go/transport/spdy"

	"swage.dev/swage/cmd/swage/internal/subresource"
)

// Options say what to forward. Config, Namespace, Pod, Remote and Ready are required.
type Options struct {
	Config         *rest.Config
	Namespace, Pod string
	// Remote is the port of the pod, Local that of this machine. Default of Local: any that is free.
	Remote, Local uint16
	// Ready is told the local port, once, when somebody answers HTTP there.
	Ready func(local uint16)
}

// answerTime is how long the first answer may take: a busy driver is slow.
const answerTime = 30 * time.Second

// ErrNoAnswer is wrapped by the error about a port at which nobody answers HTTP.
var ErrNoAnswer = errors.New("nobody answers there: it may still be starting, or not have a web interface (spark.ui.enabled=false)")

// Run forwards until the context ends, which is no error, or the connection does.
func Run(ctx context.Context, o Options) error {
	inner, stop := context.WithCancel(ctx)
	defer stop()
	forwarder, err := newForwarder(&o, inner.Done())
	if err != nil {
		return fmt.Errorf("forwarding to %s: %w", o.Pod, err)
	}
	answered := false
	err = forwardWhile(inner, stop, forwarder, func(local uint16) (goOn bool) {
		answered = announce(inner, local, o.Ready)
		return answered
	})
	switch {
	case ctx.Err() != nil: // the caller's wish
		return nil
	case !answered && (err == nil || errors.Is(err, portforward.ErrLostConnectionToPod)):
		return fmt.Errorf("port %d of %s: %w", o.Remote, o.Pod, ErrNoAnswer)
	case err != nil:
		return fmt.Errorf("forwarding to %s: %w", o.Pod, err)
	}
	return nil
}

// forwardWhile forwards until ctx is done, which stop does, or the connection
// ends. Work begins when the local port is open; it is waited for, and ends the
// forwarding unless it wants it to go on.
func forwardWhile(ctx context.Context, stop context.CancelFunc, forwarder *portforward.PortForwarder, work func(local uint16) (goOn bool)) error {
	var working sync.WaitGroup
	working.Go(func() {
		select {
		case <-forwarder.Ready:
		case <-ctx.Done():
			return
		}
		if ports, err := forwarder.GetPorts(); err != nil || !work(ports[0].Local) {
			stop()
		}
	})
	err := forwarder.ForwardPorts()
	stop()
	working.Wait()
	return err
}

const loopback = "127.0.0.1"

// announce tells the local port, if somebody answers there.
func announce(ctx context.Context, local uint16, tell func(uint16)) bool {
	ctx, done := context.WithTimeout(ctx, answerTime)
	defer done()
	request, err := http.NewRequestWithContext(ctx, http.MethodHead, fmt.Sprintf("http://%s:%d/", loopback, local), nil)
	if err != nil {
		return false
	}
	response, err := (&http.Transport{}).RoundTrip(request) // no proxy, and no connection that stays
	if err != nil {
		return false
	}
	response.Body.Close()
	tell(local)
	return true
}

// newForwarder prefers WebSockets, which pass more proxies, and falls back to SPDY for older API servers. SPDY's error is
// the one to tell: it has the API server's reason.
func newForwarder(o *Options, stop <-chan struct{}) (*portforward.PortForwarder, error) {
	target, err := subresource.URL(o.Config.Host, o.Namespace, o.Pod, "portforward")
	if err != nil {
		return nil, err
	}
	transport, upgrader, err := spdy.RoundTripperFor(o.Config)
	if err != nil {
		return nil, err
	}
	newer, err := portforward.NewSPDYOverWebsocketDialer(target, o.Config)
	if err != nil {
		return nil, err
	}
	older := spdy.NewDialer(upgrader, &http.Client{Transport: transport}, http.MethodPost, target)
	dialer := portforward.NewFallbackDialer(newer, older, func(error) bool { return true })
	return portforward.NewOnAddresses(dialer, []string{loopback}, []string{fmt.Sprintf("%d:%d", o.Local, o.Remote)}, stop, make(chan struct{}), io.Discard, io.Discard)
}
