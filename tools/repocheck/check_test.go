package main

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
)

const smallModule = "module m\n\nrequire a.example/a v1.0.0\n"

func TestCheck(t *testing.T) {
	rows := []struct {
		rule, file, content, want string
	}{
		{"a file of 400 lines is fine", "a/b.go", lines(400), ""},
		{"one of 401 is not", "a/b.go", lines(401), "a/b.go: 401 lines"},
		{"tests are files too", "a/b_test.go", lines(401), "a/b_test.go: 401 lines"},
		{"only Go files count", "a/b.json", lines(401), ""},
		{"a main of 49 lines is fine", "cmd/x/main.go", lines(49), ""},
		{"one of 50 is not", "cmd/x/main.go", lines(50), "cmd/x/main.go: 50 lines"},
		{"a name must say something", "a/helpers.go", lines(1), `"helpers" says nothing`},
		{"a test's name as well", "a/util_test.go", lines(1), `"util" says nothing`},
		{"hidden folders are not ours", ".cache/b.go", lines(401), ""},
		{"12 direct dependencies are fine", "go.mod", module(12, 40), ""},
		{"13 are not", "go.mod", module(13, 0), "13 direct dependencies"},
	}
	for _, row := range rows {
		repo := fstest.MapFS{"go.mod": {Data: []byte(smallModule)}}
		repo[row.file] = &fstest.MapFile{Data: []byte(row.content)}
		problems, err := check(repo)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(problems, "\n"); (got == "") != (row.want == "") || !strings.Contains(got, row.want) {
			t.Errorf("%s: got %q, want %q", row.rule, got, row.want)
		}
	}
}

func TestCheckNeedsAModule(t *testing.T) {
	if _, err := check(fstest.MapFS{}); err == nil {
		t.Error("a folder without go.mod passes")
	}
}

// lines is a Go file of n lines.
func lines(n int) string { return "package p" + strings.Repeat("\n", n) }

func module(direct, indirect int) string {
	var text strings.Builder
	text.WriteString("module m\n\nrequire (\n")
	for i := range direct {
		fmt.Fprintf(&text, "\td%d.example/d v1.0.0\n", i)
	}
	for i := range indirect {
		fmt.Fprintf(&text, "\ti%d.example/i v1.0.0 // indirect\n", i)
	}
	return text.String() + ")\n"
}
