package webhook_test

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"swage.dev/swage/e2e/swagewebhook"
)

// backend is a replica behind a balancer.
type backend struct{ address, status string }

// balancer stands for the Service in front of the replicas: new connections go
// to those that were ready a moment ago, in turn; connections that exist stay
// where they are.
type balancer struct {
	address string

	mu    sync.Mutex // guards what follows
	all   map[backend]bool
	ready []backend
	next  int
}

// probeEvery is how far the balancer's view may be behind: kube-proxy's is more.
// behindBalancer is how long a replica serves on: far more than that, while others
// use the machine.
const probeEvery, behindBalancer = 50 * time.Millisecond, 2 * time.Second

func newBalancer(t *testing.T) *balancer {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := &balancer{address: listener.Addr().String(), all: map[backend]bool{}}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var running sync.WaitGroup
	running.Go(func() { b.watch(ctx) })
	running.Go(func() { b.accept(ctx, listener, &running) })
	t.Cleanup(func() {
		cancel()
		listener.Close()
		running.Wait()
	})
	return b
}

func (b *balancer) add(one backend) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.all[one] = true
}

func (b *balancer) remove(one backend) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.all, one)
}

func (b *balancer) watch(ctx context.Context) {
	tick := time.NewTicker(probeEvery)
	defer tick.Stop()
	for {
		b.probe(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (b *balancer) probe(ctx context.Context) {
	b.mu.Lock()
	all := make([]backend, 0, len(b.all))
	for one := range b.all {
		all = append(all, one)
	}
	b.mu.Unlock()
	var ready []backend
	for _, one := range all {
		if swagewebhook.Ready(ctx, one.status) == nil {
			ready = append(ready, one)
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ready = ready
}

func (b *balancer) pick() (backend, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.ready) == 0 {
		return backend{}, errors.New("no replica is ready")
	}
	b.next++
	return b.ready[b.next%len(b.ready)], nil
}

func (b *balancer) accept(ctx context.Context, listener net.Listener, running *sync.WaitGroup) {
	for {
		client, err := listener.Accept()
		if err != nil {
			return
		}
		running.Go(func() {
			defer client.Close()
			to, err := b.pick()
			if err != nil {
				return
			}
			replica, err := new(net.Dialer).DialContext(ctx, "tcp", to.address)
			if err != nil {
				return
			}
			defer replica.Close()
			join(ctx, client, replica)
		})
	}
}

// join copies both ways until either side ends, or ctx is done.
func join(ctx context.Context, a, b net.Conn) {
	var copying sync.WaitGroup
	closeBoth := func() {
		a.Close()
		b.Close()
	}
	stop := context.AfterFunc(ctx, closeBoth)
	defer stop()
	pipe := func(to, from net.Conn) {
		_, _ = io.Copy(to, from) // however it ends, the connection is over
		closeBoth()
	}
	copying.Go(func() { pipe(a, b) })
	copying.Go(func() { pipe(b, a) })
	copying.Wait()
}
