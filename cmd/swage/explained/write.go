package explained

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Options say how lines look.
type Options struct {
	// Colour uses the colours of a terminal. Default: plain text.
	Colour bool
	// Name shortens what Line.By says. Default: as it is.
	Name func(by string) string
}

// Write prints lines: who, the sign, the YAML, and why.
func Write(out *bytes.Buffer, lines []Line, opts Options) {
	if opts.Name == nil {
		opts.Name = func(by string) string { return by }
	}
	gutter := 0
	for i := range lines {
		gutter = max(gutter, utf8.RuneCountInString(opts.Name(lines[i].By)))
	}
	var last Line
	for _, line := range lines {
		write(out, line, since(last, line), gutter, opts)
		last = line
	}
}

// since is what a line says that the one before did not: it may go on with what
// that one began.
func since(last, line Line) Line {
	if line.By == last.By && line.Sign == last.Sign {
		if line.Why == last.Why {
			line.Why = ""
		}
		line.By = ""
	}
	return line
}

func write(out *bytes.Buffer, line, said Line, gutter int, opts Options) {
	name := opts.Name(said.By)
	pad := strings.Repeat(" ", gutter-utf8.RuneCountInString(name))
	yaml := paint(opts, colourOf(line), string(line.Sign)+" "+line.Text)
	text := paint(opts, who(said.By), name) + pad + " " + yaml
	if said.Why != "" {
		text += "  " + paint(opts, dim, "["+said.Why+"]")
	}
	out.WriteString(strings.TrimRight(text, " ") + "\n")
}

// Colours of ECMA-48, which every terminal knows.
const (
	dim    = "2"
	red    = "31"
	green  = "32"
	yellow = "33"
	cyan   = "36"
)

func who(by string) string {
	if by == Server {
		return dim
	}
	return cyan
}

func colourOf(line Line) string {
	switch {
	case line.Sign == Context:
		return ""
	case line.By == Server:
		return dim
	case line.Sign == Added:
		return green
	case line.Sign == Removed:
		return red
	default:
		return yellow
	}
}

func paint(opts Options, colour, text string) string {
	if !opts.Colour || colour == "" || text == "" {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}
