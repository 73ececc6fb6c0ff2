package app_test

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"swage.dev/swage/cmd/swage/app"
)

var update = flag.Bool("update", false, "write what the commands print as the expected transcripts")

// TestGolden runs the commands of each folder of testdata in that folder. The
// file cmd holds the commands, each with the environment that it names and no other, and comments that say what they prove; the file
// want is the transcript: stdout as it is, stderr behind "2| ", the exit code.
func TestGolden(t *testing.T) {
	folders, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		t.Run(folder.Name(), func(t *testing.T) {
			t.Chdir(filepath.Join("testdata", folder.Name()))
			script := read(t, "cmd")
			noStaleFiles(t, script)
			got := transcript(t, script)
			if *update {
				write(t, "want", got)
			}
			if want := read(t, "want"); got != want {
				t.Errorf("the transcript differs; run with -update and look at the difference\ngot:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// transcript runs the commands of a script and returns what they did.
func transcript(t *testing.T, script string) string {
	t.Helper()
	var all strings.Builder
	for line := range strings.Lines(script) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			fmt.Fprintln(&all, line)
			continue
		}
		fmt.Fprintf(&all, "$ %s\n%s", line, run(t, line))
	}
	return all.String()
}

func run(t *testing.T, line string) string {
	t.Helper()
	line, input, _ := strings.Cut(line, " < ")
	var stdin []byte
	if input != "" {
		stdin = []byte(read(t, input))
	}
	words := shellWords(line)
	env := map[string]string{"SPARK_USER": "alice"}
	for name, value, found := strings.Cut(words[0], "="); found; name, value, found = strings.Cut(words[0], "=") {
		env[name], words = value, words[1:]
	}
	var stdout, stderr bytes.Buffer
	code := app.Run(t.Context(), app.Process{
		Name: words[0], Args: words[1:], Stdin: bytes.NewReader(stdin), Stdout: &stdout, Stderr: &stderr,
		Env: func(name string) (string, bool) { value, set := env[name]; return value, set },
		Now: func() time.Time { return time.UnixMilli(1e12) }, Random: rand.NewChaCha8([32]byte{}),
	})
	for said := range strings.Lines(stderr.String()) {
		stdout.WriteString("2| " + said)
	}
	fmt.Fprintf(&stdout, "exit %d\n", code)
	return stdout.String()
}

// shellWords are the words of a line; double quotes keep blanks together.
func shellWords(line string) []string {
	var words []string
	for i, part := range strings.Split(line, `"`) {
		if i%2 == 1 {
			words = append(words, part)
		} else {
			words = append(words, strings.Fields(part)...)
		}
	}
	return words
}

// noStaleFiles fails for files that no command of the folder names.
func noStaleFiles(t *testing.T, script string) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		top, _, _ := strings.Cut(path, "/")
		used := top == "." || top == "cmd" || top == "want" || strings.Contains(script, top)
		if err == nil && !used {
			t.Errorf("no command uses %s", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
