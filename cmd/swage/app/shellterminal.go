package app

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"swage.dev/swage/cmd/swage/internal/attach"
	"swage.dev/swage/cmd/terminal"
)

// shellTerminal is the terminal of whoever talks with a shell.
type shellTerminal struct{ file *os.File }

// openShellTerminal opens the terminal anew: a read of standard input cannot be ended, and would take the first key that is
// meant for whoever comes after.
func openShellTerminal(p *Process) (*shellTerminal, error) {
	file, err := p.OpenTerminal()
	if err != nil {
		return nil, fmt.Errorf("the terminal cannot be opened: %w; without one, give the shell a program on standard input", err)
	}
	if _, _, err := terminal.Size(file); err != nil {
		_ = file.Close() // nothing was written
		return nil, fmt.Errorf("%w; without one, give the shell a program on standard input", err)
	}
	return &shellTerminal{file}, nil
}

// during does work while the terminal is raw, and tells it the terminal's sizes. However the work ends, and as soon as its
// context does, the terminal is again what it was.
func (t *shellTerminal) during(ctx context.Context, work func(sizes <-chan attach.Size) error) error {
	restore, err := terminal.Raw(t.file)
	if err != nil {
		return err
	}
	defer restore()
	defer context.AfterFunc(ctx, restore)()
	sizes := make(chan attach.Size, 1)
	ended := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() { t.watch(sizes, ended) })
	defer watching.Wait()
	defer close(ended)
	return work(sizes)
}

// watch tells the size, and each other one. Of those that nobody has asked for only the last counts.
func (t *shellTerminal) watch(sizes chan attach.Size, ended <-chan struct{}) {
	changed, stop := terminal.Resized()
	defer stop()
	for {
		if width, height, err := terminal.Size(t.file); err == nil {
			select {
			case <-sizes:
			default:
			}
			sizes <- usable(width, height)
		}
		select {
		case <-changed:
		case <-ended:
			return
		}
	}
}

// usable is a terminal's size, or what programs take where it does not know it: a shell draws nothing on no columns.
func usable(width, height uint16) attach.Size {
	if width == 0 || height == 0 {
		return attach.Size{Width: 80, Height: 24}
	}
	return attach.Size{Width: width, Height: height}
}

// close ends the read that may be under way.
func (t *shellTerminal) close() {
	_ = t.file.SetReadDeadline(time.Unix(1, 0)) // where that is not possible, the process's end does
	_ = t.file.Close()                          // nothing was written
}
