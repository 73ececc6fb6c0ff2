package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
	"k8s.io/apimachinery/pkg/util/validation"

	"swage.dev/swage/webhook/panics"
)

// key names what is looked up. The parts must not contain a slash, except the last.
type key struct{ namespace, name, uid string }

func (k key) String() string { return k.namespace + "/" + k.name + "/" + k.uid }

// validName tells whether text may become a part of a request's path. Names come from pods, which are not validated yet.
func validName(text string) bool { return len(validation.IsDNS1123Subdomain(text)) == 0 }

// lookup asks the API server for what the informers do not know. One question
// is asked once at a time for all pods of a namespace, and its answer is
// remembered for a moment, for everybody. A nil answer means that there is no such thing.
type lookup[T any] struct {
	what    string
	ask     func(context.Context, key) (*T, error)
	allowed *allowance // shared by all look-ups of the process
	memory  time.Duration
	timeout time.Duration
	logger  *slog.Logger

	flights singleflight.Group
	asking  sync.WaitGroup // whoever waits for a flight, also after its caller has gone

	mu      sync.Mutex // guards answers
	answers map[key]answer[T]
}

type answer[T any] struct {
	value *T
	until time.Time
}

func newLookup[T any](what string, opts Options, allowed *allowance, ask func(context.Context, key) (*T, error)) *lookup[T] {
	return &lookup[T]{
		what: what, ask: ask, allowed: allowed, memory: opts.LookupMemory, timeout: opts.LookupTimeout,
		logger:  opts.Logger,
		answers: map[key]answer[T]{},
	}
}

// get waits for the answer, on behalf of a pod of namespace asker, no longer
// than ctx allows. Failures are not remembered.
func (l *lookup[T]) get(ctx context.Context, asker string, k key) (*T, error) {
	if value, ok := l.recall(k); ok {
		return value, nil
	}
	// Not DoChan: nobody could wait for the goroutine that it begins.
	landed := make(chan landing[T], 1)
	l.asking.Go(func() {
		// By asker too: nobody's question fails because another namespace has asked too much.
		value, err, _ := l.flights.Do(asker+"/"+k.String(), func() (any, error) { return l.fetch(ctx, asker, k) })
		found, _ := value.(*T)
		landed <- landing[T]{found, err}
	})
	var result landing[T]
	select {
	case <-ctx.Done():
		result.err = context.Cause(ctx)
	case result = <-landed:
	}
	if result.err != nil {
		return nil, fmt.Errorf("looking up %s %s/%s: %w", l.what, k.namespace, k.name, result.err)
	}
	return result.value, nil
}

// landing is what a flight brought.
type landing[T any] struct {
	value *T
	err   error
}

// errAskPanicked stands for a fault of Swage's own; its log has more.
var errAskPanicked = errors.New("a fault in the webhook, see its log")

// fetch must not end with the first caller: others wait for the same answer. It
// runs in a goroutine of its own, where a panic would end the process.
func (l *lookup[T]) fetch(ctx context.Context, asker string, k key) (value *T, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			panics.Log(ctx, l.logger, "a look-up", cause)
			value, err = nil, errAskPanicked
		}
	}()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), l.timeout)
	defer cancel()
	if err := l.allowed.wait(ctx, asker); err != nil {
		return nil, err
	}
	if value, err = l.ask(ctx, k); err != nil {
		return nil, err
	}
	l.remember(k, value)
	return value, nil
}

func (l *lookup[T]) recall(k key) (*T, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	known, ok := l.answers[k]
	if !ok || time.Now().After(known.until) {
		return nil, false
	}
	return known.value, true
}

// remember also forgets what is over. The rate limit bounds how much there is
// to go through: what was asked within the time that answers are kept.
func (l *lookup[T]) remember(k key, value *T) {
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	for old, known := range l.answers {
		if now.After(known.until) {
			delete(l.answers, old)
		}
	}
	l.answers[k] = answer[T]{value: value, until: now.Add(l.memory)}
}

// wait returns when no question is under way any more.
func (l *lookup[T]) wait() { l.asking.Wait() }
