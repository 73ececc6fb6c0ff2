package attach

import (
	"context"
	"errors"
	"io"

	"k8s.io/client-go/tools/remotecommand"
)

// feed is the input. client-go takes one that fails for one that ends.
type feed struct {
	from   io.Reader
	failed context.CancelCauseFunc
}

func (f *feed) Read(p []byte) (int, error) {
	n, err := f.from.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		f.failed(err)
	}
	return n, err
}

// sizes are a terminal's until the session ends.
type sizes struct {
	changes <-chan Size
	end     <-chan struct{}
}

func (s sizes) Next() *remotecommand.TerminalSize {
	select {
	case size, more := <-s.changes:
		if !more {
			return nil
		}
		return &remotecommand.TerminalSize{Width: size.Width, Height: size.Height}
	case <-s.end:
		return nil
	}
}
