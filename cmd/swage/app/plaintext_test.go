package app_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode"

	"swage.dev/swage/cmd/swage/app"
)

const manifestOfStrangers = `apiVersion: sparkoperator.k8s.io/v1beta2
kind: SparkApplication
metadata: {name: pi}
spec:
  type: Python
  mode: cluster
  sparkVersion: "4.1.2"
  image: apache/spark:4.1.2
  mainApplicationFile: PROGRAM
  FIELD: {"KEY": "1"}
  driver: {}
  executor: {instances: 1}
`

// A manifest, a setting or a name that somebody else wrote cannot clear the
// reader's terminal, colour it or give it a title: whatever is told of it has no
// character that terminals obey, of 7 bits or 8.
func TestNoMessageMovesTheCursor(t *testing.T) {
	written := func(program, field, key string) string {
		return strings.NewReplacer("PROGRAM", program, "FIELD", field, "KEY", key).Replace(manifestOfStrangers)
	}
	for about, test := range map[string]struct{ stdin, says string }{
		"a field that is not known":             {written("local:///p.py", `"\e[31mfield\a"`, "x"), "unknown field"},
		"a setting that is not Spark's":         {written("local:///p.py", "sparkConf", `\e[2Jtitle`), "ignored setting"},
		"a setting, by a control of 8 bits":     {written("local:///p.py", "sparkConf", `\x9b2Jtitle`), "ignored setting"},
		"a program that is not there":           {written(`"/nowhere/\e]0;title\a.py"`, "sparkConf", "spark.x"), "no such file"},
		"a program that is of another language": {written(`"local:///\e[31m.jar"`, "sparkConf", "spark.x"), "another kind of program"},
	} {
		t.Run(about, func(t *testing.T) {
			var stdout, errs bytes.Buffer
			app.Run(t.Context(), app.Process{
				Name: "swage", Args: []string{"submit", "-f", "-", "--dry-run", "--master", "k8s://https://host:6443"},
				Stdin: strings.NewReader(test.stdin), Stdout: &stdout, Stderr: &errs,
			})
			stderr := errs.String()
			if !strings.Contains(stderr, test.says) {
				t.Errorf("expected a message that says %q, got %q", test.says, stderr)
			}
			for _, r := range stderr {
				if unicode.IsControl(r) && r != '\n' {
					t.Errorf("%q has the control character %q", stderr, r)
				}
			}
		})
	}
}
