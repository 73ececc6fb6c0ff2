package shellstream

import (
	"bytes"
	"io"
)

// mostHeld is how many bytes may come before the sign. A shell that never gives it is shown nevertheless.
const mostHeld = 64 << 10

// Output passes on what comes after a sign. Its methods are called by one goroutine at a time.
type Output struct {
	to    io.Writer
	sign  []byte
	held  []byte
	begun bool
}

// NewOutput passes on to a writer what comes after the sign.
func NewOutput(to io.Writer, sign string) *Output { return &Output{to: to, sign: []byte(sign)} }

// Write takes what was received.
func (o *Output) Write(p []byte) (int, error) {
	if o.begun {
		return o.to.Write(p)
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
	_, err := o.to.Write(held)
	return err
}

// Input is what is sent: the line that begins the shell, and then what a reader gives.
func Input(from io.Reader) io.Reader { return io.MultiReader(bytes.NewReader([]byte("\n")), from) }
