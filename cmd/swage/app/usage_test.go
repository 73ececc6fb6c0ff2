package app_test

import (
	"strings"
	"testing"

	"swage.dev/swage/cmd/swage/app"
)

// A wrong command line is told in a sentence that says what is wrong, before anything else is looked at.
func TestWrongCommandLines(t *testing.T) {
	for _, row := range []struct{ rule, line, says string }{
		{"one namespace or all: applications", "list -n a -A", "--namespace and --all-namespaces: choose one"},
		{"one namespace or all: schedules", "schedule list -n a -A", "--namespace and --all-namespaces: choose one"},
		{"a manifest without an end", "submit -f /dev/zero", "-f: /dev/zero: it has more than 16 MiB; is it the right file?"},
	} {
		code, stdout, stderr := swage(t, strings.Fields(row.line)...)
		if code != app.ExitUsage || stdout != "" || !strings.HasPrefix(stderr, "error: "+row.says) {
			t.Errorf("%s: swage %s: exit %d, %q, %q", row.rule, row.line, code, stdout, stderr)
		}
	}
}
