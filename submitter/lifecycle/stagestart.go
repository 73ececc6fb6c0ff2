package lifecycle

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter"
)

func (s *stager) pod() *corev1.Pod {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

func (s *stager) saw(pod *corev1.Pod) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = pod
}

// awaitStart waits until the container runs, and tells why it does not.
func (s *stager) awaitStart(ctx context.Context) error {
	asking, stop := context.WithCancel(ctx)
	var beside sync.WaitGroup
	beside.Go(func() { s.ask(asking) })
	defer beside.Wait()
	defer stop()
	return s.follow(ctx, func(status *corev1.ContainerStatus) enough {
		if trouble := troubleOf(s.pod()); trouble != nil {
			s.waits(trouble.Message)
		}
		return enough(status != nil && status.State.Running != nil)
	})
}

// waits tells why it does not start, each reason once in a row.
func (s *stager) waits(why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if why == s.why {
		return
	}
	s.why = why
	if s.options.Waiting != nil {
		s.options.Waiting(why)
	}
}

// ask reads events now and then: no status tells of a volume that cannot be attached, or of a Job that may make no pod.
func (s *stager) ask(ctx context.Context) {
	tick := time.NewTicker(eventsEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if why := s.eventual(ctx); why != "" {
			s.waits(why)
		}
	}
}

// eventual is why it does not start, as events say; "" where they do not, or may not be read.
func (s *stager) eventual(ctx context.Context) string {
	pod := s.pod()
	switch {
	case pod != nil && starting(pod):
		events, err := eventsOf(ctx, s.server, pod)
		if trouble := troubleIn(pod, events); err == nil && trouble != nil {
			return trouble.Message
		}
	case pod == nil && s.job != "":
		events, err := listEvents(ctx, s.server, s.query.kind.Namespace, about(s.job))
		for _, event := range slices.Backward(events) {
			if err == nil && event.Reason == "FailedCreate" {
				return "its Job may not make the pod: " + inOneLine("", event.Message)
			}
		}
	}
	return ""
}

// state is how far staging was when its time was over.
func (s *stager) state() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last == nil {
		return inOneLine("its Job has made no pod", s.why)
	}
	status := statusOf(s.last, submitter.StageContainer)
	switch trouble := troubleOf(s.last); {
	case trouble != nil:
		return trouble.Message
	case status == nil || status.State.Running == nil:
		return inOneLine("the pod is "+string(s.last.Status.Phase), s.why)
	}
	return fmt.Sprintf("%d of %d bytes were sent", s.sent, s.what.Bytes)
}
