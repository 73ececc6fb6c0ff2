package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/cmd/swage/internal/attach"
	"swage.dev/swage/cmd/terminal"
	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/lifecycle"
)

// supplied puts files of this machine where drivers will find them, does what comes next, and takes them back where that fails.
// Files that are streamed to the driver come later, but whether they may is known before.
func supplied(ctx context.Context, p *Process, at *place, objects *submitter.Objects, next func() error) error {
	switch {
	case streams(objects):
		if err := lifecycle.MayStage(ctx, at.server, objects.Namespace); err != nil {
			return failure{ExitServer, err}
		}
	case objects.Staging != nil:
		return stagedFirst(ctx, p, at, objects, next)
	case objects.Upload != nil:
		return uploaded(ctx, p, objects.Upload, next)
	}
	return next()
}

// streams tells whether files are sent to the driver when it is there.
func streams(objects *submitter.Objects) bool {
	return objects.Staging != nil && objects.Staging.Claim == nil
}

// stage sends the files of this machine to the pod that waits for them.
func stage(ctx context.Context, p *Process, at *place, pod *corev1.Pod, what *submitter.Staging) error {
	progress := newProgress(p, what.Bytes)
	progress.begin(fmt.Sprintf("sending %s, %s, to the driver", plural(len(what.Files), "file"), megabytes(what.Bytes)))
	err := lifecycle.Stage(ctx, at.server, pod, what, stageOptions(at, what, progress, pod.Name))
	progress.end("the driver has all files", err == nil)
	return err
}

// stagedFirst puts the files on a claim, and does what comes next.
func stagedFirst(ctx context.Context, p *Process, at *place, objects *submitter.Objects, next func() error) error {
	what := objects.Staging
	progress := newProgress(p, what.Bytes)
	to := "pvc/" + what.Claim.Name
	progress.begin(fmt.Sprintf("sending %s, %s, to %s", plural(len(what.Files), "file"), megabytes(what.Bytes), to))
	undo, err := lifecycle.StageToClaim(ctx, at.server, objects, stageOptions(at, what, progress, "staging to "+to))
	progress.end(fmt.Sprintf("%s has all files, in %s", to, what.Claim.Folder), err == nil)
	if err != nil {
		return notStaged(err)
	}
	if err := next(); err != nil {
		return undone(undo, err)
	}
	return nil
}

// notStaged is how a command ends whose files did not arrive.
func notStaged(err error) failure {
	if errors.Is(err, errInterrupted) {
		return failure{ExitInterrupted, err}
	}
	return failure{ExitServer, err}
}

// undone takes back what was staged for a command that fails, with the same exit code.
func undone(undo func(error) error, err error) error {
	var failed failure
	if errors.As(err, &failed) && failed.err != nil {
		return failure{failed.code, undo(failed.err)}
	}
	return undo(err)
}

func stageOptions(at *place, what *submitter.Staging, progress *progress, who string) lifecycle.StageOptions {
	return lifecycle.StageOptions{
		Files: os.DirFS("/"), Timeout: what.Timeout, Sent: progress.sent,
		Waiting: func(why string) { progress.note(fmt.Sprintf("warning: %s waits: %s", who, oneLine(why))) },
		Attach: func(ctx context.Context, pod *corev1.Pod, container string, input io.Reader) error {
			return attach.Run(ctx, attach.Options{
				Config: at.config, Namespace: pod.Namespace, Pod: pod.Name, Container: container, Stdin: input, Stdout: io.Discard,
			})
		},
	}
}

// progress tells how far sending is: on a terminal on one line that is drawn anew, otherwise when it begins and when it is done.
type progress struct {
	out     io.Writer
	now     func() time.Time
	redraws bool
	bytes   int64

	began, drawn time.Time
}

// redrawTime is between two drawings.
const redrawTime = 200 * time.Millisecond

func newProgress(p *Process, bytes int64) *progress {
	return &progress{out: p.Stderr, now: p.Now, redraws: terminal.Redraws(p.Stderr, p.Env), bytes: bytes}
}

func (g *progress) begin(what string) {
	g.began = g.now()
	fmt.Fprintln(g.out, what)
}

func (g *progress) sent(bytes int64) {
	now := g.now()
	if !g.redraws || now.Sub(g.drawn) < redrawTime {
		return
	}
	g.drawn = now
	fmt.Fprintf(g.out, "%s%ssent %s of %s (%d %%)%s", eraseLine, noWrapping, megabytes(bytes), megabytes(g.bytes), 100*bytes/max(1, g.bytes), wrapping)
}

func (g *progress) note(text string) {
	g.erase()
	fmt.Fprintln(g.out, text)
}

func (g *progress) erase() {
	if !g.drawn.IsZero() {
		fmt.Fprint(g.out, eraseLine)
	}
}

func (g *progress) end(what string, arrived bool) {
	g.erase()
	if arrived {
		fmt.Fprintf(g.out, "%s, after %s\n", what, g.now().Sub(g.began).Round(100*time.Millisecond))
	}
}

func plural(count int, what string) string {
	if count == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", count, what)
}

// megabytes are decimal, as disks and networks are sold.
func megabytes(bytes int64) string { return fmt.Sprintf("%.1f MB", float64(bytes)/1e6) }
