package app

import (
	"fmt"
	"io"
	"log/slog"

	"github.com/spf13/cobra"

	"swage.dev/swage/cmd/terminal"
)

// logging says what is logged, and how.
type logging struct{ level, format string }

func (l *logging) register(command *cobra.Command) {
	set := command.Flags()
	set.StringVar(&l.level, "log-level", "info", "debug (one line a decision), info (denials), warn or error")
	set.StringVar(&l.format, "log-format", "auto", "json, text, or auto: text on a terminal, else json")
}

func (f *flags) logger(out io.Writer) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(f.logging.level)); err != nil {
		return nil, fmt.Errorf("%w: --log-level is %q: expected debug, info, warn or error", errUsage, f.logging.level)
	}
	opts := &slog.HandlerOptions{Level: level}
	switch format := f.logging.format; {
	case format == "text", format == "auto" && terminal.Is(out):
		return slog.New(slog.NewTextHandler(out, opts)), nil
	case format == "json", format == "auto":
		return slog.New(slog.NewJSONHandler(out, opts)), nil
	}
	return nil, fmt.Errorf("%w: --log-format is %q: expected json, text or auto", errUsage, f.logging.format)
}
