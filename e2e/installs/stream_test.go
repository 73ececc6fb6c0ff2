//go:build node

package installs_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// outcome is what became of one Spark pod.
type outcome struct {
	at  time.Time // when it was asked for
	err error     // nil: shaped
}

// stream asks for Spark pods all the time, by dry run.
type stream struct {
	stop    context.CancelFunc
	running sync.WaitGroup

	mu  sync.Mutex // guards what follows
	all []outcome
}

const askEvery = 50 * time.Millisecond

func (i installation) askAllTheTime(t *testing.T) *stream {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	s := &stream{stop: cancel}
	t.Cleanup(s.end)
	s.running.Go(func() {
		tick := time.NewTicker(askEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			one := outcome{at: time.Now()}
			// Not ctx: the last request must not fail because the test is over.
			_, one.err = i.create(t.Context(), metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
			s.mu.Lock()
			s.all = append(s.all, one)
			s.mu.Unlock()
		}
	})
	return s
}

func (s *stream) end() {
	s.stop()
	s.running.Wait()
}

// since are the outcomes from a time on.
func (s *stream) since(begin time.Time) (outcomes []outcome) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range s.all {
		if !one.at.Before(begin) {
			outcomes = append(outcomes, one)
		}
	}
	return outcomes
}

// refused are those that were neither admitted shaped nor admitted unshaped.
func refused(all []outcome) (refused []outcome) {
	for _, one := range all {
		if one.err != nil && !errors.Is(one.err, errNotShaped) {
			refused = append(refused, one)
		}
	}
	return refused
}

// unshaped are those that were admitted as if there were no webhook.
func unshaped(all []outcome) (unshaped []outcome) {
	for _, one := range all {
		if errors.Is(one.err, errNotShaped) {
			unshaped = append(unshaped, one)
		}
	}
	return unshaped
}
