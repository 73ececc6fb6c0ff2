package app

import (
	"context"
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

// stage sends the files of this machine to the pod that waits for them.
func stage(ctx context.Context, p *Process, at *place, pod *corev1.Pod, what *submitter.Staging) error {
	progress := &progress{out: p.Stderr, now: p.Now, redraws: terminal.Redraws(p.Stderr, p.Env), bytes: what.Bytes}
	progress.begin(fmt.Sprintf("sending %s, %s, to the driver", plural(len(what.Files), "file"), megabytes(what.Bytes)))
	err := lifecycle.Stage(ctx, at.server, pod, what, lifecycle.StageOptions{
		Files: os.DirFS("/"), Timeout: what.Timeout, Sent: progress.sent,
		Waiting: func(why string) { progress.note(fmt.Sprintf("warning: %s waits: %s", pod.Name, oneLine(why))) },
		Attach: func(ctx context.Context, pod *corev1.Pod, container string, input io.Reader) error {
			return attach.Run(ctx, attach.Options{
				Config: at.config, Namespace: pod.Namespace, Pod: pod.Name, Container: container, Stdin: input, Stdout: io.Discard,
			})
		},
	})
	progress.end("the driver has all files", err == nil)
	return err
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
