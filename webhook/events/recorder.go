package events

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	typedcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/util/flowcontrol"
)

// The bounds of what a Recorder does and keeps.
const (
	inboxSize = 256             // events that wait to be looked at; a burst beyond it is dropped
	maxSeries = 1000            // objects and reasons remembered at a time, a few hundred bytes each
	flushTime = 2 * time.Second // for what is left when the process ends
	writeTime = 5 * time.Second // for one write
)

// Options say how a Recorder works. Client is required.
type Options struct {
	// Client writes the Events: it needs the rights to create and patch them.
	Client typedcorev1.EventsGetter

	// Instance tells the replicas of a server apart. Default "".
	Instance string

	// Every is how often repetitions are written, as a count on the first Event.
	// Default 10 s.
	Every time.Duration

	// Forget is how long after its last occurrence the next one begins a new Event.
	// Default 10 min.
	Forget time.Duration

	// Rate and Burst bound the writes of the whole process, in writes a second.
	// Defaults 2 and 20.
	Rate  float32
	Burst int

	// Logger default slog.Default().
	Logger *slog.Logger
}

func (o *Options) setDefaults() {
	o.Every = cmp.Or(o.Every, 10*time.Second)
	o.Forget = cmp.Or(o.Forget, 10*time.Minute)
	o.Rate = cmp.Or(o.Rate, 2)
	o.Burst = cmp.Or(o.Burst, 20)
	o.Logger = cmp.Or(o.Logger, slog.Default())
}

// Recorder writes Events. Record may be called from any goroutine; everything
// else happens in the one that runs Start.
type Recorder struct {
	opts    Options
	inbox   chan Event
	limiter flowcontrol.PassiveRateLimiter
	series  map[identity]*series
}

// New makes a Recorder; Start makes it work.
func New(opts Options) (*Recorder, error) {
	if opts.Client == nil {
		return nil, errors.New("event recorder: Client is required")
	}
	opts.setDefaults()
	return &Recorder{
		opts:    opts,
		inbox:   make(chan Event, inboxSize),
		limiter: flowcontrol.NewTokenBucketPassiveRateLimiter(opts.Rate, opts.Burst),
		series:  map[identity]*series{},
	}, nil
}

// Record takes note of an occurrence. It never blocks; what does not fit is dropped.
func (r *Recorder) Record(e Event) {
	select {
	case r.inbox <- e:
	default:
		r.opts.Logger.Debug("event dropped: too many at a time", slog.String("reason", e.Reason))
	}
}

// Start writes Events until ctx is done, then what is left.
func (r *Recorder) Start(ctx context.Context) error {
	ticker := time.NewTicker(r.opts.Every)
	defer ticker.Stop()
	for {
		select {
		case e := <-r.inbox:
			r.note(ctx, e)
		case <-ticker.C:
			r.flush(ctx)
			r.forget()
			ticker.Reset(r.opts.Every) // the inbox has its turn before the next, however long this took
		case <-ctx.Done():
			r.finish(ctx)
			return nil
		}
	}
}

// note counts an occurrence; the first of its kind is written at once.
func (r *Recorder) note(ctx context.Context, e Event) {
	s := r.series[e.identity()]
	if s == nil {
		if len(r.series) >= maxSeries {
			r.opts.Logger.Debug("event dropped: too many objects", slog.String("reason", e.Reason))
			return
		}
		s = &series{}
		r.series[e.identity()] = s
	}
	s.add(e, time.Now())
	if s.written == 0 {
		r.write(ctx, s)
	}
}

// flush ends when there is no use in going on, at the latest when the next is
// due: while it writes nothing is taken from the inbox.
func (r *Recorder) flush(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, r.opts.Every)
	defer cancel()
	for _, s := range r.series {
		if s.written < s.count && !r.write(ctx, s) || ctx.Err() != nil {
			return
		}
	}
}

func (r *Recorder) forget() {
	for id, s := range r.series {
		if time.Since(s.last) > r.opts.Forget {
			delete(r.series, id)
		}
	}
}

func (r *Recorder) finish(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTime)
	defer cancel()
	for len(r.inbox) > 0 {
		r.note(ctx, <-r.inbox)
	}
	r.flush(ctx)
}

// write leaves the series as it is when the rate limit or the API server
// refuses: the next flush tries again. It returns whether others have a chance:
// an API server that refuses one Event (its namespace is going away, say) may
// take the next, one that does not answer will not.
func (r *Recorder) write(ctx context.Context, s *series) bool {
	if !r.limiter.TryAccept() {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, writeTime)
	defer cancel()
	if err := r.put(ctx, s); err != nil {
		r.opts.Logger.Debug("event not written", slog.String("reason", s.event.Reason), slog.Any("error", err))
		var answer apierrors.APIStatus
		return errors.As(err, &answer)
	}
	s.written = s.count
	return true
}
