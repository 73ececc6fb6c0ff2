package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// event is one line of `go test -json`; see `go doc test2json`.
type event struct {
	Action     string
	Package    string
	ImportPath string // of build-output
	Test       string
	Output     string
	Elapsed    float64 // seconds
}

// gate counts tests and keeps each one's output until its result is known.
type gate struct {
	out     io.Writer
	each    bool                        // print a line for each test that passed
	pending map[string]*strings.Builder // by package and test
	passed  int
	skipped []string
	failed  []string
}

func newGate(out io.Writer) *gate {
	return &gate{out: out, pending: map[string]*strings.Builder{}}
}

func (g *gate) read(in io.Reader) error {
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			g.line(line)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// line takes one line. What is no event was written past the go command, by a
// child process perhaps, and is passed on.
func (g *gate) line(line []byte) {
	var e event
	if err := json.Unmarshal(line, &e); err != nil || e.Action == "" {
		fmt.Fprintf(g.out, "%s", line)
		return
	}
	switch {
	case e.Action == "output" || e.Action == "build-output":
		g.output(e)
	case e.Action == "build-fail":
		g.failed = append(g.failed, e.ImportPath+" (does not build)")
	case e.Test == "":
		g.packageResult(e)
	default:
		g.result(e)
	}
}

// output is shown at once when it belongs to no test. A lone PASS is repeated by
// the package's line.
func (g *gate) output(e event) {
	if e.Test == "" && e.Output == "PASS\n" {
		return
	}
	if e.Test == "" {
		fmt.Fprint(g.out, e.Output)
		return
	}
	g.of(e).WriteString(e.Output)
}

// packageResult notices a package that failed outside its tests: it did not
// build, or TestMain failed, or it ran out of time.
func (g *gate) packageResult(e event) {
	ofTest := func(failed string) bool { return strings.HasPrefix(failed, e.Package+".") }
	if e.Action == "fail" && !slices.ContainsFunc(g.failed, ofTest) {
		g.failed = append(g.failed, e.Package)
	}
}

func (g *gate) result(e event) {
	switch e.Action {
	case "pass":
		g.passed++
		if g.each && !strings.Contains(e.Test, "/") {
			fmt.Fprintf(g.out, "passed in %3.0f s: %s\n", e.Elapsed, e.Test)
		}
	case "skip":
		g.skipped = append(g.skipped, name(e))
		fmt.Fprint(g.out, g.of(e))
	case "fail":
		g.failed = append(g.failed, name(e))
		fmt.Fprint(g.out, g.of(e))
	default: // run, pause, cont, start, bench: not the end of the test
		return
	}
	delete(g.pending, name(e))
}

func (g *gate) of(e event) *strings.Builder {
	if g.pending[name(e)] == nil {
		g.pending[name(e)] = &strings.Builder{}
	}
	return g.pending[name(e)]
}

// verdict prints the count and returns an error unless all is well. A test
// whose end never came was cut short; its output tells where.
func (g *gate) verdict(what string) error {
	for _, test := range slices.Sorted(maps.Keys(g.pending)) {
		fmt.Fprintf(g.out, "%s did not end:\n%s", test, g.pending[test])
		g.failed = append(g.failed, test)
	}
	fmt.Fprintf(g.out, "%s: %d tests passed, %d failed, %d skipped\n", what, g.passed, len(g.failed), len(g.skipped))
	switch {
	case len(g.failed) > 0:
		return fmt.Errorf("failed: %s", strings.Join(g.failed, ", "))
	case len(g.skipped) > 0:
		return fmt.Errorf("a skipped test proves nothing: %s", strings.Join(g.skipped, ", "))
	case g.passed == 0:
		return errors.New("no test ran")
	default:
		return nil
	}
}

func name(e event) string { return e.Package + "." + e.Test }
