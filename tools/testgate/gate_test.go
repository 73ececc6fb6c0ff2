package main

import (
	"errors"
	"strings"
	"testing"
	"testing/iotest"
)

func TestVerdict(t *testing.T) {
	rows := []struct {
		rule, events, want string
	}{
		{"passed tests pass", `{"Action":"pass","Package":"p","Test":"A"}`, ""},
		{"a failed test fails", `{"Action":"pass","Package":"p","Test":"A"}
{"Action":"fail","Package":"p","Test":"B"}`, "failed: p.B"},
		{"a skipped test fails", `{"Action":"pass","Package":"p","Test":"A"}
{"Action":"skip","Package":"p","Test":"B"}`, "a skipped test proves nothing: p.B"},
		{"no test fails", `{"Action":"skip","Package":"p"}`, "no test ran"},
		{"no output at all fails", "", "no test ran"},
		{"a package that does not build fails", `{"Action":"pass","Package":"p","Test":"A"}
{"Action":"build-fail","ImportPath":"q"}`, "q (does not build)"},
		{"a package that fails outside its tests fails", `{"Action":"pass","Package":"p","Test":"A"}
{"Action":"fail","Package":"q"}`, "failed: q"},
		{"a test that never ends fails", `{"Action":"pass","Package":"p","Test":"A"}
{"Action":"output","Package":"p","Test":"B","Output":"=== RUN B\n"}`, "failed: p.B"},
		{"a benchmark is no test", `{"Action":"bench","Package":"p","Test":"BenchmarkA"}`, "no test ran"},
	}
	for _, row := range rows {
		g := newGate(&strings.Builder{})
		if err := g.read(strings.NewReader(row.events)); err != nil {
			t.Fatal(err)
		}
		err := g.verdict("m")
		if (err == nil) != (row.want == "") || err != nil && !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %q", row.rule, err, row.want)
		}
	}
}

// go test tells of a failed test twice: by itself, and as its package's failure.
func TestAFailureCountsOnce(t *testing.T) {
	var out strings.Builder
	g := newGate(&out)
	if err := g.read(strings.NewReader(`{"Action":"fail","Package":"p","Test":"B"}
{"Action":"fail","Package":"p"}`)); err != nil {
		t.Fatal(err)
	}
	err := g.verdict("m")
	if err == nil || err.Error() != "failed: p.B" || out.String() != "m: 0 tests passed, 1 failed, 0 skipped\n" {
		t.Errorf("got %v, %q", err, out.String())
	}
}

func TestOnlyTheOutputOfFailuresIsShown(t *testing.T) {
	var out strings.Builder
	g := newGate(&out)
	err := g.read(strings.NewReader(`{"Action":"output","Package":"p","Test":"A","Output":"noise\n"}
{"Action":"pass","Package":"p","Test":"A"}
{"Action":"output","Package":"p","Test":"B","Output":"reason\n"}
{"Action":"fail","Package":"p","Test":"B"}
not an event
{"Action":"output","Package":"p","Output":"PASS\n"}
{"Action":"output","Package":"p","Output":"FAIL\tp\t0.1s\n"}
`))
	if err != nil {
		t.Fatal(err)
	}
	if want := "reason\nnot an event\nFAIL\tp\t0.1s\n"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}

func TestABrokenPipeIsAnError(t *testing.T) {
	broken := errors.New("broken")
	if err := newGate(&strings.Builder{}).read(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
}

// Where a test takes a minute, silence until the last is no way to say what is
// being done.
func TestEachTestIsTold(t *testing.T) {
	var out strings.Builder
	g := newGate(&out)
	g.each = true
	err := g.read(strings.NewReader(`{"Action":"pass","Package":"p","Test":"A/part","Elapsed":1}
{"Action":"pass","Package":"p","Test":"A","Elapsed":12.3}
`))
	if want := "passed in  12 s: A\n"; err != nil || out.String() != want {
		t.Errorf("got %q, %v; want %q", out.String(), err, want)
	}
}
