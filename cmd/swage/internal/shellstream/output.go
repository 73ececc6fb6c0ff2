package shellstream

import (
	"bytes"
	"io"
	"sync"
)

// mostHeld is how many bytes may come before the sign. A shell that never gives it is shown nevertheless.
const mostHeld = 64 << 10

// Output passes on what comes after a sign.
type Output struct {
	to     io.Writer
	sign   []byte
	failed func(error)

	mu    sync.Mutex // a connection that was cut may still write something
	held  []byte
	begun bool
}

// NewOutput passes on to a writer what comes after the sign. failed is told each time that this is not possible: whoever copies
// to a writer may drop its errors.
func NewOutput(to io.Writer, sign string, failed func(error)) *Output {
	return &Output{to: to, sign: []byte(sign), failed: failed}
}

// Write takes what was received.
func (o *Output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.begun {
		return len(p), o.write(p)
	}
	o.held = append(o.held, p...)
	at := bytes.Index(o.held, o.sign)
	switch {
	case at >= 0:
		o.held = o.held[at+len(o.sign):]
	case len(o.held) <= mostHeld:
		return len(p), nil
	}
	return len(p), o.pass()
}

// End passes on what was held back, where the sign never came: it may say why.
func (o *Output) End() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.begun {
		return nil
	}
	return o.pass()
}

func (o *Output) pass() error {
	o.begun = true
	held := o.held
	o.held = nil
	if len(held) == 0 {
		return nil
	}
	return o.write(held)
}

func (o *Output) write(p []byte) error {
	_, err := o.to.Write(p)
	if err != nil {
		o.failed(err)
	}
	return err
}

// Input is what is sent: the line that begins the shell, and then what a reader gives.
func Input(from io.Reader) io.Reader { return io.MultiReader(bytes.NewReader([]byte("\n")), from) }
