package app_test

import (
	"os"
	"path/filepath"
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
		{"no number", "logs --tail abc x", `--tail is "abc": expected a whole number`},
		{"a number too large", "logs --tail 99999999999999999999 x", `--tail is "99999999999999999999": expected a whole number`},
		{"no time", "logs --since yesterday x", `--since is "yesterday": expected a time such as 30s or 10m`},
		{"neither true nor false", "list -A=maybe", `--all-namespaces is "maybe": expected true or false`},
		{"an option without its value", "list -n", "--namespace has no value: expected namespace; default that of the context"},
		{"an option that is not there", "list --nope", "unknown flag: --nope"},
		{"an option of submit in the wrong place", "schedule @daily --retries 2 -- a.py", "unknown flag: --retries: is it swage submit's? Those stand behind --"},
		{"a short one", "schedule @daily -n team -- a.py", "unknown shorthand flag: 'n' in -n: is it swage submit's? Those stand behind --"},
		{"an option that no schedule's command has", "schedule list --nope", "unknown flag: --nope\n"},
		{"a schedule's option without its value", "schedule @daily --name", "--name has no value: expected name of the schedule"},
		{"more executors than there can be", "scale x 99999999999", `the number of executors is "99999999999": expected 0 to 200000`},
		{"more than a number holds", "scale x 99999999999999999999", `the number of executors is "99999999999999999999": expected 0 to 200000`},
		{"no number of executors", "scale x many", `the number of executors is "many": expected 0 to 200000`},
	} {
		code, stdout, stderr := swage(t, strings.Fields(row.line)...)
		if code != app.ExitUsage || stdout != "" || !strings.HasPrefix(stderr, "error: "+row.says) {
			t.Errorf("%s: swage %s: exit %d, %q, %q", row.rule, row.line, code, stdout, stderr)
		}
	}
}

// S23: what an upload would be refused for is told in a dry run, too: nobody is asked, and nothing put.
func TestS23ADryRunTellsOfAnUpload(t *testing.T) {
	const keys = "--conf spark.hadoop.fs.s3a.access.key=a --conf spark.hadoop.fs.s3a.secret.key=b "
	for _, row := range []struct{ rule, conf, says string }{
		{"a class that takes Java", "--conf spark.hadoop.fs.s3a.aws.credentials.provider=org.example.Own", "uploading to s3a://bucket/jars: fs.s3a.aws.credentials.provider: org.example.Own is a Java class that is not known here"},
		{"an encryption that is not known", keys + "--conf spark.hadoop.fs.s3a.encryption.algorithm=SSE-C", "fs.s3a.encryption.algorithm is SSE-C"},
		{"half of a key", "--conf spark.hadoop.fs.s3a.access.key=a", "one of the two is not set"},
		{"all is there", keys, ""},
	} {
		code, stdout, stderr := planOfAnUpload(t, row.conf)
		if refused := row.says != ""; refused != (code == app.ExitUsage) || refused != (stdout == "") || !strings.Contains(stderr, row.says) {
			t.Errorf("%s: exit %d, %q, %q", row.rule, code, stdout, stderr)
		}
	}
}

// Who looks at a plan need not have the keys of who submits it.
func TestS23ADryRunNeedsNoCredentials(t *testing.T) {
	t.Setenv("HOME", t.TempDir())
	code, stdout, stderr := planOfAnUpload(t, "-o yaml")
	if code != 0 || !strings.Contains(stdout, "spark-upload-") || !strings.Contains(stderr, "there are no credentials") {
		t.Errorf("exit %d, %q, %q", code, stdout, stderr)
	}
}

// planOfAnUpload is a dry run that would upload its program.
func planOfAnUpload(t *testing.T, options string) (code int, stdout, stderr string) {
	t.Helper()
	program := filepath.Join(t.TempDir(), "pi.py")
	if err := os.WriteFile(program, []byte("print(3)"), 0o600); err != nil {
		t.Fatal(err)
	}
	line := "submit --dry-run=client --master k8s://https://h --conf spark.kubernetes.container.image=spark:4.1.2 --conf spark.kubernetes.file.upload.path=s3a://bucket/jars " + options
	return swage(t, append(strings.Fields(line), program)...)
}
