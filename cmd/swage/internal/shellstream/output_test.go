package shellstream_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"swage.dev/swage/cmd/swage/internal/shellstream"
)

const sign = "\x1b_ready\x1b\\"

// S25: the first prompt is not lost, whatever came before it, and however the connection cuts it into pieces.
func TestS25TheFirstPromptIsNotLost(t *testing.T) {
	const noise, prompt = "+ set -e\r\n\x1b_re\r\n", ">>> "
	all := noise + sign + prompt + sign
	for size := 1; size <= len(all); size++ {
		var shown bytes.Buffer
		output := shellstream.NewOutput(&shown, sign, nil)
		for rest := all; rest != ""; {
			piece := rest[:min(size, len(rest))]
			rest = rest[len(piece):]
			if n, err := io.WriteString(output, piece); err != nil || n != len(piece) {
				t.Fatalf("%d, %v", n, err)
			}
		}
		if err := output.End(); err != nil || shown.String() != prompt+sign {
			t.Errorf("by %d bytes: shown %q, %v", size, &shown, err)
		}
	}
}

// A shell that never began is not silent: its image said why. Nothing is held for ever.
func TestWhatIsHeldIsShownAtLast(t *testing.T) {
	var shown bytes.Buffer
	output := shellstream.NewOutput(&shown, sign, nil)
	_, _ = io.WriteString(output, "bash: no such file")
	if shown.Len() > 0 {
		t.Error("shown before the end")
	}
	if err := output.End(); err != nil || shown.String() != "bash: no such file" {
		t.Errorf("shown %q, %v", &shown, err)
	}
	shown.Reset()
	output = shellstream.NewOutput(&shown, sign, nil)
	long := strings.Repeat("x", 1<<20)
	if _, err := io.WriteString(output, long); err != nil || shown.String() != long {
		t.Errorf("shown %d bytes, %v", shown.Len(), err)
	}
}

type closed struct{}

var errClosed = errors.New("closed")

func (closed) Write([]byte) (int, error) { return 0, errClosed }

// Whoever reads the output may stop doing so.
func TestAnOutputThatNobodyReads(t *testing.T) {
	failed := 0
	output := shellstream.NewOutput(closed{}, sign, func(err error) {
		if errors.Is(err, errClosed) {
			failed++
		}
	})
	if _, err := io.WriteString(output, sign+"x"); !errors.Is(err, errClosed) {
		t.Error(err)
	}
	if _, err := io.WriteString(output, "y"); !errors.Is(err, errClosed) || failed != 2 {
		t.Errorf("%v, told %d times", err, failed)
	}
}

// S25: what somebody sends begins the shell and is not lost either.
func TestS25TheLineThatBegins(t *testing.T) {
	if sent, err := io.ReadAll(shellstream.Input(strings.NewReader("1 + 1\n"))); err != nil || string(sent) != "\n1 + 1\n" {
		t.Errorf("%q, %v", sent, err)
	}
}
