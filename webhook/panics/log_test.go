package panics

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

// The log says what kind of panic it was and where, and nothing that the
// panicking code put into it.
func TestLogQuotesNothing(t *testing.T) {
	var none []int
	for _, row := range []struct {
		rule  string
		panic func()
		says  string
	}{
		{"a text is not quoted", func() { panic("secret") }, "panic=string"},
		{"the runtime's own errors are", func() { _ = none[len(t.Name())] }, "index out of range"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			var out bytes.Buffer
			func() {
				defer func() { Log(t.Context(), slog.New(slog.NewTextHandler(&out, nil)), "the test", recover()) }()
				row.panic()
			}()
			text := out.String()
			if !strings.Contains(text, row.says) || strings.Contains(text, "secret") || !strings.Contains(text, "log_test.go") {
				t.Errorf("logged %s: want %q and the place", text, row.says)
			}
		})
	}
}
