package app

import (
	"context"
	"sync"
	"time"

	"swage.dev/swage/submitter/lifecycle"
)

// shellState is what is seen of a shell from outside. One goroutine writes it, another reads it, and neither waits for the other:
// while somebody talks with the shell nobody looks.
type shellState struct {
	news chan struct{} // holds one at most

	mu    sync.Mutex
	app   lifecycle.Pods
	notes []string
	ended *result
}

func newShellState() *shellState { return &shellState{news: make(chan struct{}, 1)} }

func (s *shellState) change(how func()) {
	s.mu.Lock()
	how()
	s.mu.Unlock()
	select {
	case s.news <- struct{}{}:
	default:
	}
}

// follow follows the shell's Job until it has ended.
func (s *shellState) follow(ctx context.Context, wait func(context.Context, lifecycle.WaitOptions) (*lifecycle.Outcome, error)) {
	outcome, err := wait(ctx, lifecycle.WaitOptions{
		Changed: func(app lifecycle.Pods) { s.change(func() { s.app = app }) },
		Trouble: func(t lifecycle.Trouble) { s.change(func() { s.notes = append(s.notes, troubleLine(t)) }) },
	})
	s.change(func() { s.ended = &result{outcome, err} })
}

// look is what is seen now, and what is new to tell.
func (s *shellState) look() (app lifecycle.Pods, notes []string, ended *result) {
	s.mu.Lock()
	defer s.mu.Unlock()
	notes, s.notes = s.notes, nil
	return s.app, notes, s.ended
}

// outcome waits until it is seen how the shell ended, nil where that takes too long. The exit code is the container's; why
// there is none the Job knows better, and a little later.
func (s *shellState) outcome(ctx context.Context, patience time.Duration) *lifecycle.Outcome {
	over := time.NewTimer(patience)
	defer over.Stop()
	var seen *lifecycle.Outcome
	for {
		app, _, ended := s.look()
		if ended != nil && ended.outcome != nil {
			return ended.outcome
		}
		if app.Driver != nil {
			if seen = lifecycle.PodState(app.Driver).Outcome; seen != nil && seen.ExitCode != lifecycle.NoExitCode {
				return seen
			}
		}
		select {
		case <-s.news:
		case <-over.C:
			return seen
		case <-ctx.Done():
			return seen
		}
	}
}
