package certs

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/resourceversion"
	"k8s.io/client-go/tools/cache"
)

// inbox takes what watches deliver, for the one goroutine that works on it.
type inbox struct {
	wake chan struct{}

	mu     sync.Mutex
	secret *corev1.Secret // as last seen; nil when it is gone; guarded by mu
}

func newInbox() inbox { return inbox{wake: make(chan struct{}, 1)} }

// work runs the watches and, once each has delivered what there was, reconcile:
// after each event, and after the time that it returned. It returns when ctx is
// done and all of that has ended.
func (i *inbox) work(ctx context.Context, log *slog.Logger, controllers []cache.Controller, reconcile func(context.Context) time.Duration) {
	// client-go's watches take their logger from the context.
	ctx, stop := context.WithCancel(logr.NewContextWithSlogLogger(ctx, log))
	wait := run(ctx, controllers)
	defer wait()
	defer stop() // before wait
	if !synced(ctx, controllers) {
		return
	}
	for ctx.Err() == nil {
		i.sleep(ctx, reconcile(ctx))
	}
}

// sleep ends early when something was seen.
func (i *inbox) sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-i.wake:
	case <-timer.C:
	}
}

func (i *inbox) poke() {
	select {
	case i.wake <- struct{}{}:
	default: // one is waiting already, and will see this too
	}
}

// see takes the Secret from the watch; nil when it was deleted.
func (i *inbox) see(secret *corev1.Secret) {
	i.mu.Lock()
	i.secret = secret
	i.mu.Unlock()
	i.poke()
}

// seeNewer takes the Secret from an answer to a call, unless the watch has
// delivered something newer meanwhile: then the watch would be silent, and the
// old state would stay.
func (i *inbox) seeNewer(secret *corev1.Secret) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.secret != nil {
		order, err := resourceversion.CompareResourceVersion(i.secret.ResourceVersion, secret.ResourceVersion)
		if err != nil || order >= 0 {
			return
		}
	}
	i.secret = secret
	i.poke()
}

func (i *inbox) latest() *corev1.Secret {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.secret
}
