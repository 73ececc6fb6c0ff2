package process

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"time"
)

const (
	// pollEvery is short against the 2 to 3 s a control plane needs, and one
	// probe costs well under a millisecond.
	pollEvery = 20 * time.Millisecond
	// tailLines is enough for a Go panic's message and its first frames.
	tailLines = 20
)

// WaitReady asks probe until it returns nil. It gives up when ctx is done or
// when the program ends, and then quotes the end of the program's log.
func (p *Process) WaitReady(ctx context.Context, probe func(context.Context) error) error {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		err := probe(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-p.done:
			return fmt.Errorf("%w\n%s", p.exited(), p.LogTail())
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready: %w; last answer: %w\n%s", p.spec.Name, ctx.Err(), err, p.LogTail())
		case <-tick.C:
		}
	}
}

// exited may only be called after done is closed.
func (p *Process) exited() error {
	state := "exit status 0"
	if p.err != nil {
		state = p.err.Error()
	}
	return fmt.Errorf("%s: %w (%s)", p.spec.Name, ErrExited, state)
}

// LogTail is the end of the program's log, for a message to a human.
func (p *Process) LogTail() string {
	data, err := os.ReadFile(p.spec.LogFile)
	if err != nil {
		return "(no log: " + err.Error() + ")"
	}
	lines := bytes.Split(bytes.TrimSpace(data), []byte("\n"))
	if extra := len(lines) - tailLines; extra > 0 {
		lines = lines[extra:]
	}
	return p.spec.LogFile + " ends:\n" + string(bytes.Join(lines, []byte("\n")))
}
