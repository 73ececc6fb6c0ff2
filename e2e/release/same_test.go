package release_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"swage.dev/swage/e2e/release"
)

// The same source gives the same bytes, wherever it lies, whoever owns it and
// whatever the dates and rights of its files.
func TestTwoRunsGiveTheSameBytes(t *testing.T) {
	again := filepath.Join(t.TempDir(), "again")
	if err := write(t.Context(), elsewhere(t), again); err != nil {
		t.Fatal(err)
	}
	first, second := names(t, dist), names(t, again)
	if !slices.Equal(first, second) || len(first) < 6 {
		t.Fatalf("the files are %q, then %q", first, second)
	}
	for _, name := range first {
		if !bytes.Equal(text(t, filepath.Join(dist, name)), text(t, filepath.Join(again, name))) {
			t.Errorf("%s differs between two runs", name)
		}
	}
}

// elsewhere is a copy of the source, without git.
func elsewhere(t *testing.T) string {
	t.Helper()
	from, to := root(t), filepath.Join(t.TempDir(), "another", "folder")
	list := exec.CommandContext(t.Context(), "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = from
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	copied := 0
	for name := range strings.SplitSeq(strings.TrimRight(string(out), "\x00"), "\x00") {
		content, err := os.ReadFile(filepath.Join(from, name))
		if os.IsNotExist(err) || strings.HasPrefix(name, "e2e/") || strings.Contains(name, "/testdata/") {
			continue // removed and not committed, or nothing that is released
		}
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(to, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		before := time.Unix(1_000_000_000, 0)
		if err := os.Chtimes(file, before, before); err != nil {
			t.Fatal(err)
		}
		copied++
	}
	if copied < 100 {
		t.Fatalf("only %d files were copied", copied)
	}
	return to
}

// A release that fails leaves what was there before, and nothing of its own.
func TestAFailureLeavesTheLastRelease(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	if err := os.MkdirAll(out, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(out, "kept"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	opts := release.Options{Root: root(t), Out: out, Version: version, Platforms: []release.Platform{{OS: "linux", Arch: "abacus"}}}
	if err := release.Write(t.Context(), opts); err == nil || !strings.Contains(err.Error(), "linux/abacus") {
		t.Errorf("a platform that does not exist: %v", err)
	}
	if got := names(t, filepath.Dir(out)); !slices.Equal(got, []string{"out"}) || !slices.Equal(names(t, out), []string{"kept"}) {
		t.Errorf("what is left: %q, %q", got, names(t, out))
	}
}

func TestAVersionThatIsNoneIsRefused(t *testing.T) {
	for _, row := range []struct{ rule, version string }{
		{"without v", "1.2.3"},
		{"not whole", "v1.2"},
		{"no tag of an image may have a plus", "v1.2.3+build"},
		{"empty", ""},
	} {
		err := release.Write(t.Context(), release.Options{Root: root(t), Out: t.TempDir(), Version: row.version})
		if err == nil || !strings.Contains(err.Error(), "expected v1.2.3") {
			t.Errorf("%s: %v", row.rule, err)
		}
	}
}
