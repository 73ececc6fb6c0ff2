package submitter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// NoExitCode is the exit code of a driver whose Spark container has none: it
// was deleted, evicted, lost with its node, or never started.
const NoExitCode = 125

// Outcome is how a driver ended.
type Outcome struct {
	// ExitCode is the Spark container's, or NoExitCode.
	ExitCode int
	// Reason says more, in words: why there is no exit code, or what ended the
	// container, such as OOMKilled. "" where there is nothing to say.
	Reason string
}

// WaitOptions say how to wait. The zero value is usable.
type WaitOptions struct {
	// Container is the name of the driver's Spark container. Default "spark-kubernetes-driver".
	Container string
	// Changed is told of each state of the driver that is seen. Default: nobody.
	Changed func(*corev1.Pod)
	// Pause is how long to wait before a new try when a watch ended; while the
	// server does not answer it doubles, up to 30 times itself. Default 1 s.
	Pause time.Duration
}

const (
	defaultPause = time.Second
	longestPause = 30
)

// Wait waits until a driver has ended. It survives the server's restarts and the end of watches. Errors are those of
// the context, and refusals by the server such as a forbidden read.
func Wait(ctx context.Context, server *Server, driver *corev1.Pod, o WaitOptions) (*Outcome, error) {
	if o.Changed == nil {
		o.Changed = func(*corev1.Pod) {}
	}
	if o.Container == "" {
		o.Container = driverContainer
	}
	if o.Pause == 0 {
		o.Pause = defaultPause
	}
	w := waiting{server: server, driver: driver, container: o.Container, changed: o.Changed}
	pause := o.Pause
	for {
		outcome, err := w.once(ctx)
		switch {
		case outcome != nil:
			return outcome, nil
		case ctx.Err() != nil:
			return nil, context.Cause(ctx)
		case err != nil && hopeless(err):
			return nil, fmt.Errorf("watching the driver %s: %w", driver.Name, err)
		}
		if err := sleep(ctx, pause); err != nil {
			return nil, err
		}
		pause = min(2*pause, longestPause*o.Pause)
		if err == nil { // the watch ended in good order
			pause = o.Pause
		}
	}
}

func sleep(ctx context.Context, pause time.Duration) error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// hopeless errors do not go away by trying again.
func hopeless(err error) bool {
	return apierrors.IsForbidden(err) || apierrors.IsUnauthorized(err) || apierrors.IsBadRequest(err)
}

type waiting struct {
	server    *Server
	driver    *corev1.Pod
	container string
	changed   func(*corev1.Pod)
}

// once reads the driver and follows it until it ended or the watch did.
func (w *waiting) once(ctx context.Context) (*Outcome, error) {
	pod, err := w.server.getPod(ctx, w.driver.Namespace, w.driver.Name)
	if apierrors.IsNotFound(err) || err == nil && pod.UID != w.driver.UID {
		return deleted(), nil
	}
	if err != nil {
		return nil, err
	}
	if outcome := w.seen(pod); outcome != nil {
		return outcome, nil
	}
	response, err := w.server.watchPod(ctx, pod)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	return w.follow(response.Body)
}

func (w *waiting) follow(events io.Reader) (*Outcome, error) {
	decoder := json.NewDecoder(events)
	for {
		var event struct {
			Type   string
			Object json.RawMessage
		}
		if err := decoder.Decode(&event); errors.Is(err, io.EOF) {
			return nil, nil
		} else if err != nil {
			return nil, fmt.Errorf("the watch broke: %w", err)
		}
		switch event.Type {
		case "DELETED":
			return deleted(), nil
		case "ADDED", "MODIFIED":
			pod := &corev1.Pod{}
			if err := json.Unmarshal(event.Object, pod); err != nil {
				return nil, fmt.Errorf("the watch's event is not understood: %w", err)
			}
			if outcome := w.seen(pod); outcome != nil {
				return outcome, nil
			}
		case "ERROR": // such as 410: the version is too old; the next round reads anew
			return nil, nil
		}
	}
}

func deleted() *Outcome {
	return &Outcome{ExitCode: NoExitCode, Reason: "the driver was deleted"}
}

func (w *waiting) seen(pod *corev1.Pod) *Outcome {
	w.changed(pod)
	return outcomeOf(pod, w.container)
}

// outcomeOf is how a pod ended, nil while it has not. It ends with its Spark
// container, also where sidecars go on.
func outcomeOf(pod *corev1.Pod, container string) *Outcome {
	for _, status := range pod.Status.ContainerStatuses {
		if ended := status.State.Terminated; ended != nil && status.Name == container {
			outcome := &Outcome{ExitCode: int(ended.ExitCode)}
			if ended.ExitCode != 0 && ended.Reason != "Error" {
				outcome.Reason = ended.Reason
			}
			return outcome
		}
	}
	switch pod.Status.Phase {
	case corev1.PodSucceeded:
		return &Outcome{}
	case corev1.PodFailed:
		return &Outcome{ExitCode: NoExitCode, Reason: whyFailed(&pod.Status)}
	}
	return nil
}

func whyFailed(status *corev1.PodStatus) string {
	switch {
	case status.Reason == "" && status.Message == "":
		return "the driver failed before Spark ran"
	case status.Message == "":
		return status.Reason
	case status.Reason == "":
		return status.Message
	}
	return status.Reason + ": " + status.Message
}

// watchPod follows one pod from the version that was read.
func (s *Server) watchPod(ctx context.Context, pod *corev1.Pod) (*http.Response, error) {
	query := url.Values{
		"watch": {"true"}, "fieldSelector": {metav1.ObjectNameField + "=" + pod.Name}, "resourceVersion": {pod.ResourceVersion},
	}
	return s.send(ctx, http.MethodGet, s.pod(pod.Namespace, "")+"?"+query.Encode(), "", nil)
}
