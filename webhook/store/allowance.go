package store

import (
	"context"
	"fmt"
	"sync"
	"time"

	"k8s.io/client-go/util/flowcontrol"
)

const (
	// shares is how many namespaces can use up all look-ups together: one alone
	// gets this part of the rate and of the burst. A pod that names 16 templates
	// of which nobody knows any still gets its 32 answers in time.
	shares = 4
	// maxAskers bounds the namespaces with a limiter of their own; the others share one.
	maxAskers = 1000
)

// allowance bounds the look-ups of each namespace, whose tenants decide how many
// their pods need, and those of the whole process.
type allowance struct {
	all   flowcontrol.RateLimiter
	rate  float32
	burst int
	idle  time.Duration // after it a limiter is as good as new, so it need not be kept

	mu     sync.Mutex // guards askers
	askers map[string]*asker
}

type asker struct {
	limiter flowcontrol.RateLimiter
	last    time.Time
}

func newAllowance(opts Options) *allowance {
	rate, burst := opts.LookupRate/shares, max(1, opts.LookupBurst/shares)
	refill := time.Duration(float64(burst) / float64(rate) * float64(time.Second))
	return &allowance{
		all:  flowcontrol.NewTokenBucketRateLimiter(opts.LookupRate, opts.LookupBurst),
		rate: rate, burst: burst, idle: refill + opts.LookupTimeout,
		askers: map[string]*asker{},
	}
}

// wait returns when a pod of that namespace may ask, or with an error at once
// if that would be after ctx ends.
func (a *allowance) wait(ctx context.Context, namespace string) error {
	if err := a.of(namespace).Wait(ctx); err != nil {
		return fmt.Errorf("too many look-ups for pods of namespace %s: %w", namespace, err)
	}
	if err := a.all.Wait(ctx); err != nil {
		return fmt.Errorf("too many look-ups: %w", err)
	}
	return nil
}

func (a *allowance) of(namespace string) flowcontrol.RateLimiter {
	now := time.Now()
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.askers[namespace] == nil {
		a.forget(now)
		if len(a.askers) >= maxAskers {
			namespace = "" // no namespace's name
		}
	}
	if a.askers[namespace] == nil {
		a.askers[namespace] = &asker{limiter: flowcontrol.NewTokenBucketRateLimiter(a.rate, a.burst)}
	}
	a.askers[namespace].last = now
	return a.askers[namespace].limiter
}

func (a *allowance) forget(now time.Time) {
	for namespace, asker := range a.askers {
		if now.Sub(asker.last) > a.idle {
			delete(a.askers, namespace)
		}
	}
}
