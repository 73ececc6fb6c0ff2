package lifecycle

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
	"swage.dev/swage/submitter/staging"
)

// StageOptions say how files get into a pod. Files and Attach are required.
type StageOptions struct {
	// Files is the file system that the plan was made with.
	Files fs.FS

	// Attach sends what it reads to a container of a pod, and returns when the container has ended or is not connected any more.
	Attach func(ctx context.Context, pod *corev1.Pod, container string, input io.Reader) error

	// Timeout is how long all of it may take: the pod's start, and the files' way. Default 10 minutes.
	Timeout time.Duration

	// Waiting is told, once each, why the pod does not start. Default: nobody.
	Waiting func(why string)

	// Sent is told how many bytes of files are on their way, after each piece. Default: nobody.
	Sent func(bytes int64)
}

// stageTimeout is the default of StageOptions.Timeout, verdictTime how long the container's end may take to be seen after the
// stream's.
const (
	stageTimeout = 10 * time.Minute
	verdictTime  = 30 * time.Second
)

// Stage sends files to the container of a pod that waits for them, and returns when it has all of them: when it has compared them
// with the manifest and ended with 0. Whatever the error, the files are not to be relied on, and the caller takes the pod back.
func Stage(ctx context.Context, server *apiserver.Server, pod *corev1.Pod, what *submitter.Staging, o StageOptions) error {
	s := &stager{
		server: server, what: what, options: o, place: pod.Name, last: pod,
		query: onePod(pod), pick: func(pods podSet) *corev1.Pod { return pods[pod.UID] },
	}
	return s.stage(ctx)
}

var errStageTimeout = errors.New("staging takes too long")

// stager sends files to a pod that is there, or that a Job makes.
type stager struct {
	server  *apiserver.Server
	what    *submitter.Staging
	options StageOptions
	place   string // for messages: where the files go
	job     types.UID
	query   query
	pick    func(podSet) *corev1.Pod // the pod among those of the query

	mu   sync.Mutex
	last *corev1.Pod // as it was seen last; nil: it is not there yet
	why  string      // it does not start, as was told last

	sent     int64
	unsent   error // why our own files could not be sent
	all      bool  // was handed on
	tookBack bool  // the container ended by itself, and said that it has not all of it
}

func (s *stager) stage(ctx context.Context) error {
	timeout := cmp.Or(s.options.Timeout, stageTimeout)
	ctx, done := context.WithTimeoutCause(ctx, timeout, errStageTimeout)
	defer done()
	err := s.run(ctx)
	switch {
	case errors.Is(err, errStageTimeout):
		return fmt.Errorf("staging files into %s: not done within %s: %s; --stage-timeout allows for more", s.place, timeout, s.state())
	case err != nil:
		return fmt.Errorf("staging files into %s: %w", s.place, err)
	}
	return nil
}

func (s *stager) run(ctx context.Context) error {
	if err := s.awaitStart(ctx); err != nil {
		return err
	}
	cut := s.send(ctx)
	// The container's own word counts: a connection may break when all has arrived, and end well when nothing has.
	ctx, done := context.WithTimeout(ctx, verdictTime)
	defer done()
	err := s.follow(ctx, func(*corev1.ContainerStatus) enough { return false })
	switch {
	case err == nil:
		return nil
	case s.unsent != nil: // our own files are to blame
		return s.unsent
	case errors.Is(err, context.DeadlineExceeded):
		return cmp.Or(cut, errors.New("all was sent, and the container does not say that it has it"))
	case cut != nil:
		return fmt.Errorf("%w (%w)", err, cut)
	}
	return err
}

// send streams the files. It returns when nobody is connected any more.
func (s *stager) send(ctx context.Context) error {
	reader, writer := io.Pipe()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		err := staging.Send(ctx, writer, s.options.Files, s.what.Files, s.told)
		_ = writer.CloseWithError(err)
		if !errors.Is(err, io.ErrClosedPipe) {
			s.unsent = err
		}
		s.all = s.sent >= s.what.Bytes
	}()
	err := s.options.Attach(ctx, s.pod(), submitter.StageContainer, reader)
	_ = reader.CloseWithError(io.ErrClosedPipe) // a sender whom nobody reads ends
	<-ended
	return err
}

func (s *stager) told(bytes int64) {
	s.sent = bytes
	if s.options.Sent != nil {
		s.options.Sent(bytes)
	}
}

// follow shows the container until see has seen enough, or it has ended: then its exit code decides.
func (s *stager) follow(ctx context.Context, see func(*corev1.ContainerStatus) enough) error {
	var verdict error
	err := follow(ctx, s.server, s.query, defaultPause, func(pods podSet) enough {
		before, now := s.pod(), s.pick(pods)
		switch {
		case now == nil && before == nil:
			return false
		case now == nil:
			verdict = errors.New("the pod was deleted")
			return true
		}
		s.saw(now)
		status := statusOf(now, submitter.StageContainer)
		if status != nil && status.State.Terminated != nil {
			verdict = received(status.State.Terminated)
			s.tookBack = byItself(status.State.Terminated)
			return true
		}
		if now.Status.Phase == corev1.PodFailed {
			verdict = errors.New(inOneLine("the pod failed: "+now.Status.Reason, now.Status.Message))
			return true
		}
		return see(status)
	})
	if err != nil {
		return err
	}
	return verdict
}

// received is nil when a container has ended and all had arrived.
func received(ended *corev1.ContainerStateTerminated) error {
	if ended.ExitCode == 0 {
		return nil
	}
	return errors.New(inOneLine(fmt.Sprintf("%s ended with exit code %d", submitter.StageContainer, ended.ExitCode), ended.Message))
}

// byItself tells whether a container chose its end: who is killed by a signal N, which is told as 128+N, did not take back anything.
func byItself(ended *corev1.ContainerStateTerminated) bool {
	return ended.ExitCode > 0 && ended.ExitCode < 128
}

func statusOf(pod *corev1.Pod, container string) *corev1.ContainerStatus {
	for _, all := range [][]corev1.ContainerStatus{pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses} {
		for i := range all {
			if all[i].Name == container {
				return &all[i]
			}
		}
	}
	return nil
}
