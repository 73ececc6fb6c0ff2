package main

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestSleepOnlyWhereTimeIsVirtual(t *testing.T) {
	const (
		product = "package a\n\nimport \"time\"\n\nfunc f() { time.Sleep(1) }\n"
		bubble  = "package a\n\nimport (\n\t\"testing/synctest\"\n\t\"time\"\n)\n\nvar _ = synctest.Wait\n\nfunc f() { time.Sleep(1) }\n"
	)
	rows := []struct{ rule, file, content, want string }{
		{"the product never sleeps", "a/b.go", product, "a/b.go:5: time.Sleep; wait for"},
		{"nor does it import bubbles to do so", "a/b.go", bubble, "a/b.go:10: time.Sleep"},
		{"a test sleeps in a bubble", "a/b_test.go", bubble, ""},
		{"and nowhere else", "a/b_test.go", product, "a/b_test.go:5: time.Sleep; sleep in a bubble"},
		{"the e2e module is no exception", "e2e/b_test.go", product, "e2e/b_test.go:5"},
		{"under another name it is the same", "a/b.go", strings.NewReplacer(`"time"`, `t "time"`, "time.", "t.").Replace(product), "a/b.go:5"},
		{"under none as well", "a/b.go", strings.NewReplacer(`"time"`, `. "time"`, "time.", "").Replace(product), "a/b.go:5"},
		{"handing it on is using it", "a/b.go", strings.Replace(product, "time.Sleep(1)", "g(time.Sleep)", 1), "a/b.go:5"},
		{"another Sleep is not ours", "a/b.go", strings.Replace(product, "time.Sleep", "time.Month(1).Sleep", 1), ""},
		{"a comment is not a call", "a/b.go", strings.Replace(product, "time.Sleep(1)", "/* time.Sleep(1) */ _ = time.Now", 1), ""},
		{"another package of that name is not ours", "a/b.go", strings.Replace(product, `"time"`, `"a.example/time"`, 1), ""},
		{"what other tools do not look at is not looked at", "a/testdata/b.go", product, ""},
	}
	for _, row := range rows {
		repo := fstest.MapFS{"go.mod": {Data: []byte(smallModule)}, row.file: {Data: []byte(row.content)}}
		problems, err := check(repo)
		if err != nil {
			t.Fatalf("%s: %v", row.rule, err)
		}
		if got := strings.Join(problems, "\n"); (got == "") != (row.want == "") || !strings.Contains(got, row.want) {
			t.Errorf("%s: got %q, want %q", row.rule, got, row.want)
		}
	}
}

func TestAFileThatIsNotGoIsAnError(t *testing.T) {
	repo := fstest.MapFS{"go.mod": {Data: []byte(smallModule)}, "a/b.go": {Data: []byte("no Go")}}
	if _, err := check(repo); err == nil {
		t.Error("it passes")
	}
}
