package submittertest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Case is a command line and the environment that it is given in: one file of
// testdata/cases. In it lines that begin with "# " say what it is about, with
// "$ " set a variable; each other line is an argument.
type Case struct {
	Name string
	// Args follow the server, the deploy mode and what is common to all cases.
	Args []string
	// Env are variables. They are set over an environment in which SPARK_USER is alice.
	Env map[string]string
}

const suffix = ".args"

// ReadCase reads the case of a name from a folder of cases.
func ReadCase(folder, name string) (Case, error) {
	text, err := os.ReadFile(filepath.Join(folder, name+suffix))
	if err != nil {
		return Case{}, fmt.Errorf("the case %s: %w", name, err)
	}
	c := Case{Name: name, Env: map[string]string{"SPARK_USER": "alice"}}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		if variable, ok := strings.CutPrefix(line, "$ "); ok {
			name, value, _ := strings.Cut(variable, "=")
			c.Env[name] = value
		} else if !strings.HasPrefix(line, "# ") {
			c.Args = append(c.Args, line)
		}
	}
	return c, nil
}

// ReadCases reads all cases of a folder, sorted by name. None is an error.
func ReadCases(folder string) ([]Case, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*"+suffix))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no cases in %s (%w)", folder, err)
	}
	var cases []Case
	for _, file := range files {
		c, err := ReadCase(folder, strings.TrimSuffix(filepath.Base(file), suffix))
		if err != nil {
			return nil, err
		}
		cases = append(cases, c)
	}
	return cases, nil
}
