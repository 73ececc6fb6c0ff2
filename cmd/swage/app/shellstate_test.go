package app

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/cmd/swage/internal/attach"
	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/lifecycle"
)

// ends is a driver whose container ended with an exit code; evicted is one that has none.
func ends(code int32) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"spark-role": "driver"}},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "spark-kubernetes-driver"}}},
		Status: corev1.PodStatus{Phase: corev1.PodFailed, ContainerStatuses: []corev1.ContainerStatus{{
			Name: "spark-kubernetes-driver", State: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: code, Reason: "Error"}},
		}}},
	}
}

func evicted() *corev1.Pod {
	pod := ends(137)
	pod.Status.Reason, pod.Status.Message = "Evicted", "The node was low on memory."
	return pod
}

// S25: swage exits as the shell does, as soon as that is seen. Why there is no exit code the Job knows better, which is awaited.
func TestS25HowAShellEnded(t *testing.T) {
	const patience = 10 * time.Second
	deadline := &lifecycle.Outcome{ExitCode: lifecycle.NoExitCode, Reason: "DeadlineExceeded"}
	for _, row := range []struct {
		rule   string
		driver *corev1.Pod
		later  *lifecycle.Outcome // what the Job says, after 3 s
		took   time.Duration
		code   int
		reason string
	}{
		{"its exit code", ends(3), deadline, 0, 3, ""},
		{"none, and the Job says why", evicted(), deadline, 3 * time.Second, 125, "DeadlineExceeded"},
		{"none, and only the pod says why", evicted(), nil, patience, 125, "Evicted: The node was low on memory."},
		{"nobody sees the pod", nil, deadline, 3 * time.Second, 125, "DeadlineExceeded"},
		{"nobody sees anything", nil, nil, patience, 0, "nothing"},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newShellState()
			ctx, stop := context.WithCancel(t.Context())
			go s.follow(ctx, func(ctx context.Context, o lifecycle.WaitOptions) (*lifecycle.Outcome, error) {
				if row.driver != nil {
					o.Changed(lifecycle.Pods{Driver: row.driver})
				}
				told := time.After(3 * time.Second)
				if row.later == nil {
					told = nil
				}
				select {
				case <-told:
					return row.later, nil
				case <-ctx.Done():
					return nil, ctx.Err()
				}
			})
			synctest.Wait()
			begun := time.Now()
			outcome := s.outcome(t.Context(), patience)
			if outcome == nil {
				outcome = &lifecycle.Outcome{Reason: "nothing"}
			}
			if took := time.Since(begun); took != row.took || outcome.ExitCode != row.code || outcome.Reason != row.reason {
				t.Errorf("%s: after %s: %+v", row.rule, took, outcome)
			}
			stop()
			synctest.Wait()
		})
	}
}

// S25: a connection that broke is told, be it by an API server that takes it for an end; a shell that ended is not taken for one
// that was lost; and a time that is over is called so.
func TestS25HowSwageEnds(t *testing.T) {
	lost := fmt.Errorf("attaching: %w", attach.ErrLost)
	over := &lifecycle.Outcome{ExitCode: lifecycle.NoExitCode, Reason: "DeadlineExceeded"}
	for _, row := range []struct {
		rule    string
		err     error
		outcome *lifecycle.Outcome // as the Job tells it, nil while it goes on
		code    int
		says    string
	}{
		{"lost, and the shell goes on", lost, nil, ExitServer, "the connection was lost: the shell is ended"},
		{"ended, and the shell goes on", nil, nil, ExitServer, "the connection was lost: the shell is ended"},
		{"ended, as the shell did", nil, &lifecycle.Outcome{ExitCode: 4}, 4, "exit code 4"},
		{"ended well", nil, &lifecycle.Outcome{}, 0, ""},
		{"its time is over", nil, over, lifecycle.NoExitCode, "its time is over, 1h0m0s (--max-time)"},
	} {
		synctest.Test(t, func(t *testing.T) {
			job := &batchv1.Job{Spec: batchv1.JobSpec{ActiveDeadlineSeconds: new(int64(3600))}}
			s := &shellSession{state: newShellState(), objects: &submitter.Objects{Job: job}, begun: time.Now()}
			time.Sleep(time.Hour)
			if row.outcome != nil {
				s.state.ended = &result{outcome: row.outcome}
			}
			err := s.ended(t.Context(), nil, row.err)
			var failed failure
			if errors.As(err, &failed); failed.code != row.code || err != nil && !strings.Contains(err.Error(), row.says) {
				t.Errorf("%s: exit code %d, %v", row.rule, failed.code, err)
			}
		})
	}
}

// While somebody talks with the shell nobody looks, and whoever tells does not wait for that; what is worth a line is told once.
func TestNobodyWaitsForWhoeverLooks(t *testing.T) {
	s := newShellState()
	s.follow(t.Context(), func(_ context.Context, o lifecycle.WaitOptions) (*lifecycle.Outcome, error) {
		for range 100 {
			o.Changed(lifecycle.Pods{Driver: ends(0)})
		}
		o.Trouble(lifecycle.Trouble{Pod: "a", Message: "no node"})
		o.Trouble(lifecycle.Trouble{Pod: "b", Message: "no image"})
		return &lifecycle.Outcome{}, nil
	})
	app, notes, ended := s.look()
	if app.Driver == nil || len(notes) != 2 || ended == nil {
		t.Errorf("%+v, %q, %+v", app, notes, ended)
	}
	if _, notes, _ := s.look(); len(notes) != 0 {
		t.Errorf("told again: %q", notes)
	}
}

// S25: a terminal that does not know its size is taken for one of the usual size.
func TestS25ATerminalWithoutASize(t *testing.T) {
	for _, row := range []struct{ width, height, columns, rows uint16 }{{0, 0, 80, 24}, {0, 50, 80, 24}, {132, 43, 132, 43}} {
		if got := usable(row.width, row.height); got != (attach.Size{Width: row.columns, Height: row.rows}) {
			t.Errorf("%d x %d is %+v", row.width, row.height, got)
		}
	}
}
