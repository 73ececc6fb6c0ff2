package terminal_test

import (
	"bytes"
	"os"
	"testing"

	"swage.dev/swage/cmd/terminal"
)

func none(string) (string, bool) { return "", false }

// That a terminal is one is shown where there is one: the tests of the program on a pseudo-terminal, in e2e/submit.
func TestNobodyIsAtTheOtherEnd(t *testing.T) {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	defer writer.Close()
	for what, stream := range map[string]any{"the null device": null, "a pipe": writer, "no file": &bytes.Buffer{}, "nothing": nil} {
		if terminal.Is(stream) || terminal.Redraws(stream, none) || terminal.Colours(stream, none) {
			t.Errorf("%s is taken for a terminal", what)
		}
	}
}
