package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// screen is what a person reads. Output that cannot be written fails no demo.
type screen struct {
	out    io.Writer
	colour bool
	begin  time.Time
}

func newScreen(out io.Writer, colour bool) *screen {
	return &screen{out: out, colour: colour, begin: time.Now()}
}

const (
	bold  = "1"
	dim   = "2"
	red   = "31"
	green = "32"
)

func (s *screen) paint(code, text string) string {
	if !s.colour {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (s *screen) title(text string) { fmt.Fprintf(s.out, "%s\n\n", s.paint(bold, text)) }

func (s *screen) text(text string) { fmt.Fprintln(s.out, text) }

// command shows a command line that the reader can type.
func (s *screen) command(text string) { fmt.Fprintln(s.out, s.paint(dim, "  $ "+text)) }

// section separates what belongs to one pod.
func (s *screen) section(text string) {
	const columns = 100
	fmt.Fprintf(s.out, "\n%s\n", s.paint(bold, "── "+text+" "+strings.Repeat("─", max(0, columns-len(text)-4))))
}

// step says what takes time, before it does and how much it was.
func (s *screen) step(what string, do func() error) error {
	fmt.Fprintf(s.out, "%s ", what+strings.Repeat(" ", max(0, 60-len(what))))
	begin := time.Now()
	if err := do(); err != nil {
		fmt.Fprintln(s.out, s.paint(red, "failed"))
		return err
	}
	fmt.Fprintf(s.out, "%5.1f s\n", time.Since(begin).Seconds())
	return nil
}

func (s *screen) total(now time.Time) error {
	_, err := fmt.Fprintf(s.out, "%-60s %5.1f s\n", "all in all", now.Sub(s.begin).Seconds())
	return err
}

// good and bad are the outcomes of checks.
func (s *screen) good(text string) { fmt.Fprintln(s.out, s.paint(green, "✓ "+text)) }

func (s *screen) bad(text string) { fmt.Fprintln(s.out, s.paint(red, "✗ "+text)) }
