package app

import (
	"fmt"
	"io"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/cmd/terminal"
	"swage.dev/swage/submitter/lifecycle"
)

// display shows how an application fares while somebody waits for it.
type display interface {
	changed(app lifecycle.Pods)
	// note prints a line that stays.
	note(text string)
	// tick is called each second, clear before something else is printed.
	tick()
	clear()
}

func newDisplay(p *Process) display {
	if terminal.Redraws(p.Stderr, p.Env) {
		return &statusLine{out: p.Stderr, now: p.Now}
	}
	return &lines{out: p.Stderr}
}

// lines is for logs, and for programs that wait: one line a phase, in the words
// of spark-submit, and nothing that repeats itself.
type lines struct {
	out  io.Writer
	last corev1.PodPhase
}

func (l *lines) changed(app lifecycle.Pods) {
	if app.Driver == nil { // a Job has not made it yet
		return
	}
	if phase := app.Driver.Status.Phase; phase != l.last {
		l.last = phase
		fmt.Fprintf(l.out, "phase: %s\n", phase)
	}
}

func (l *lines) note(text string) { fmt.Fprintln(l.out, plain(text)) }
func (*lines) tick()              {}
func (*lines) clear()             {}

func troubleLine(t lifecycle.Trouble) string {
	return fmt.Sprintf("warning: %s waits: %s", t.Pod, oneLine(t.Message))
}

// statusLine is for people: one line that is drawn anew.
type statusLine struct {
	out   io.Writer
	now   func() time.Time
	app   *lifecycle.Pods
	drawn bool
}

// What terminals understand: the line's start, with the rest of it erased, and
// that a longer line is cut at the edge instead of wrapped, which could not be
// drawn over.
const (
	eraseLine  = "\r\x1b[K"
	noWrapping = "\x1b[?7l"
	wrapping   = "\x1b[?7h"
)

func (s *statusLine) changed(app lifecycle.Pods) {
	s.app = &app
	s.tick()
}

func (s *statusLine) note(text string) {
	drawn := s.drawn
	s.clear()
	fmt.Fprintln(s.out, plain(text))
	if drawn {
		s.tick()
	}
}

func (s *statusLine) tick() {
	if s.app != nil {
		s.drawn = true
		fmt.Fprint(s.out, eraseLine+noWrapping+s.text()+wrapping)
	}
}

func (s *statusLine) clear() {
	if s.drawn {
		s.drawn = false
		fmt.Fprint(s.out, eraseLine)
	}
}

func (s *statusLine) text() string {
	text := oneLine(s.app.AppName()) + ": " + s.app.State().Name
	if age := s.now().Sub(s.app.Created().Time); age > 0 {
		text += " " + age.Round(time.Second).String()
	}
	if count := executorCounts(s.app.Count()); count != "" {
		text += ", executors: " + count
	}
	return text
}

// executorCounts are the numbers that are not 0, "" when there are no executors.
func executorCounts(c lifecycle.Counts) string {
	var parts []string
	for _, part := range []struct {
		count int
		what  string
	}{{c.Running, "running"}, {c.Pending, "pending"}, {c.Succeeded, "succeeded"}, {c.Failed, "failed"}} {
		if part.count > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.count, part.what))
		}
	}
	return strings.Join(parts, ", ")
}
