package app_test

import (
	"encoding/xml"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"swage.dev/swage/cmd/swage/app"
	"swage.dev/swage/submitter/bounded"
)

// suiteOf is a copy of the example suite, to be written to.
func suiteOf(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "suite")
	if err := os.CopyFS(dir, os.DirFS(examples+"/suite")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// The worked example of the guide passes, and has a denial, an executor and a recognised pod.
func TestTheExampleSuitePasses(t *testing.T) {
	code, stdout, stderr := swage(t, "test", examples+"/suite")
	if want := "passed host-network\npassed notebook\npassed spot-executor\n"; code != app.ExitOK || stdout != want || stderr != "" {
		t.Errorf("exit %d:\n%s%s", code, stdout, stderr)
	}
}

// --update writes what is not there or differs, and nothing else: what somebody
// wrote by hand stays as it is where it says the same.
func TestUpdateWritesWhatDiffers(t *testing.T) {
	dir := suiteOf(t)
	wants, err := filepath.Glob(dir + "/cases/*/want.yaml")
	if err != nil || len(wants) != 3 {
		t.Fatalf("%d cases: %v", len(wants), err)
	}
	before := map[string]string{}
	for _, want := range wants {
		before[want] = read(t, want)
	}
	byHand := "# mine\n" + before[wants[0]]
	write(t, wants[0], byHand)
	if err := os.Remove(wants[1]); err != nil {
		t.Fatal(err)
	}
	write(t, wants[2], strings.Replace(before[wants[2]], "pool: spot", "pool: on-demand", 1))
	if code, stdout, stderr := swage(t, "test", dir, "--update"); code != app.ExitOK || stdout != "passed host-network\nupdated notebook\nupdated spot-executor\n" {
		t.Fatalf("exit %d:\n%s%s", code, stdout, stderr)
	}
	before[wants[0]] = byHand
	for want, text := range before {
		if got := read(t, want); got != text {
			t.Errorf("%s is\n%s", want, got)
		}
	}
}

// --update writes into the suite only: a link as want.yaml, which whoever wrote
// the case may point anywhere, is refused whether or not there is a file behind it.
func TestUpdateFollowsNoLink(t *testing.T) {
	for _, behind := range []string{"precious: yes\n", ""} {
		dir, elsewhere := suiteOf(t), filepath.Join(t.TempDir(), "elsewhere.yaml")
		if behind != "" {
			write(t, elsewhere, behind)
		}
		want := dir + "/cases/notebook/want.yaml"
		if err := errors.Join(os.Remove(want), os.Symlink(elsewhere, want)); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{{"test", dir}, {"test", dir, "--update"}} {
			code, stdout, stderr := swage(t, args...)
			if code != app.ExitUsage || stdout != "" || !strings.Contains(stderr, "notebook/want.yaml: it is no regular file") {
				t.Errorf("%v: exit %d: %s%s", args, code, stdout, stderr)
			}
		}
		if text, _ := os.ReadFile(elsewhere); string(text) != behind {
			t.Errorf("the file behind the link is %q", text)
		}
	}
}

// A golden is about what templates do: an edit that changes nothing fails no case, one that does fails those it concerns.
func TestOnlyWhatTemplatesDoIsCompared(t *testing.T) {
	dir := suiteOf(t)
	file := dir + "/templates/team.yaml"
	edit := func(old, changed string) {
		text := read(t, file)
		if !strings.Contains(text, old) {
			t.Fatalf("the example has no %q any more", old)
		}
		write(t, file, strings.Replace(text, old, changed, 1))
	}
	edit("    spec:\n      nodeSelector:", "    # Why not?\n    spec:\n      nodeSelector:")
	if code, stdout, stderr := swage(t, "test", dir); code != app.ExitOK {
		t.Errorf("a comment: exit %d:\n%s%s", code, stdout, stderr)
	}
	edit("pool: spot", "pool: spotty")
	report := filepath.Join(t.TempDir(), "report.xml")
	code, stdout, stderr := swage(t, "test", dir, "--junit", report)
	if code != app.ExitDenied || !strings.Contains(stdout, "-      node.example.com/pool: spot\n+      node.example.com/pool: spotty\n") || !strings.Contains(stderr, "1 of 3 cases failed") {
		t.Errorf("another pool: exit %d:\n%s%s", code, stdout, stderr)
	}
	wantReport(t, report)
}

func wantReport(t *testing.T, file string) {
	t.Helper()
	var got struct {
		Suites []struct {
			Tests    int `xml:"tests,attr"`
			Failures int `xml:"failures,attr"`
			Cases    []struct {
				Name    string `xml:"name,attr"`
				Failure string `xml:"failure"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal([]byte(read(t, file)), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Suites) != 1 || got.Suites[0].Tests != 3 || got.Suites[0].Failures != 1 || len(got.Suites[0].Cases) != 3 {
		t.Fatalf("the report has %+v", got)
	}
	for _, c := range got.Suites[0].Cases {
		if strings.Contains(c.Failure, "spotty") != (c.Name == "spot-executor") {
			t.Errorf("%s: %q", c.Name, c.Failure)
		}
	}
}

// Nothing is written when one of the cases cannot be run.
func TestUpdateIsAllOrNothing(t *testing.T) {
	dir := suiteOf(t)
	want := dir + "/cases/host-network/want.yaml"
	write(t, want, "verdict: shaped\n")
	write(t, dir+"/cases/spot-executor/pod.yaml", "kind: [")
	if code, _, stderr := swage(t, "test", dir, "--update"); code != app.ExitUsage || read(t, want) != "verdict: shaped\n" {
		t.Errorf("exit %d, %s: %s", code, read(t, want), stderr)
	}
}

// What is far longer than any case is not read.
func TestACaseOfUnlikelyLength(t *testing.T) {
	for _, name := range []string{"want.yaml", "case.yaml"} {
		dir := suiteOf(t)
		if err := os.Truncate(dir+"/cases/notebook/"+name, bounded.Most+1); err != nil {
			t.Fatal(err)
		}
		if code, _, stderr := swage(t, "test", dir); code != app.ExitUsage || !strings.Contains(stderr, name+": it has more than 16 MiB") {
			t.Errorf("%s: exit %d: %s", name, code, stderr)
		}
	}
}

// A report takes no place of what is tested, under whatever name it is given;
// one that is there from the run before is overwritten, as a CI expects.
func TestTheReportOverwritesNothingOfTheSuite(t *testing.T) {
	dir, apart := suiteOf(t), t.TempDir()
	pod, linked, more := dir+"/cases/notebook/pod.yaml", dir+"/cases/spot-executor/pod.yaml", filepath.Join(apart, "more.yaml")
	elsewhere := filepath.Join(apart, "elsewhere.yaml")
	if err := errors.Join(os.Rename(linked, elsewhere), os.Symlink(elsewhere, linked), os.Symlink(dir, apart+"/link")); err != nil {
		t.Fatal(err)
	}
	write(t, more, read(t, dir+"/templates/team.yaml"))
	for rule, file := range map[string]string{
		"a case's pods": pod, "by way of .": dir + "/templates/../cases/notebook/pod.yaml", "by way of a link": apart + "/link/cases/notebook/pod.yaml",
		"templates": dir + "/templates/team.yaml", "none yet, where it would be unknown": dir + "/cases/report.xml",
		"what a case's link leads to": elsewhere, "a file of -t": more,
	} {
		before, _ := os.ReadFile(file)
		code, stdout, stderr := swage(t, "test", dir+"/cases/notebook", "-t", more, "--update", "--junit", file)
		after, _ := os.ReadFile(file)
		if code != app.ExitUsage || stdout != "" || !strings.Contains(stderr, "--junit: "+file+" is or would be a file of the suite") || string(before) != string(after) {
			t.Errorf("%s: exit %d: %s%s", rule, code, stdout, stderr)
		}
	}
	for _, file := range []string{dir + "/report.xml", filepath.Join(apart, "report.xml")} {
		write(t, file, "an older one")
		if code, _, stderr := swage(t, "test", dir, "--junit", file); code != app.ExitOK || !strings.HasPrefix(read(t, file), "<?xml") {
			t.Errorf("%s: exit %d: %s", file, code, stderr)
		}
	}
}

// What somebody called a case, or wrote into it, moves no cursor of whoever runs it, as text or as JSON.
func TestACaseMovesNoCursor(t *testing.T) {
	dir := suiteOf(t)
	if err := os.Rename(dir+"/cases/notebook", dir+"/cases/\u009b2J\x1b[31m"); err != nil {
		t.Fatal(err)
	}
	want := dir + "/cases/\u009b2J\x1b[31m/want.yaml"
	write(t, want, strings.Replace(read(t, want), "verdict: shaped", `verdict: "\x9b2J"`, 1))
	for _, output := range []string{"text", "json"} {
		code, stdout, stderr := swage(t, "test", dir, "-o", output)
		if code != app.ExitDenied || !strings.Contains(stdout, "2J") {
			t.Errorf("exit %d: %q%s", code, stdout, stderr)
		}
		for _, r := range stdout {
			if unicode.IsControl(r) && r != '\n' {
				t.Errorf("%s: %q", output, stdout)
				break
			}
		}
	}
}
