package submitter_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"swage.dev/swage/submitter"
)

// endless are files that have no end.
type endless struct{ fstest.MapFS }

func (e endless) Open(name string) (fs.File, error) {
	file, err := e.MapFS.Open(name)
	return withoutEnd{file}, err
}

type withoutEnd struct{ fs.File }

func (withoutEnd) Read(p []byte) (int, error) { return len(p), nil }

// What a setting names is read into memory: a file that has no end must not fill it.
func TestAFileWithoutAnEndIsRefused(t *testing.T) {
	files := endless{fstest.MapFS{"dev/zero": {}}}
	for _, args := range [][]string{
		{"--properties-file", "/dev/zero"},
		{"--principal", "a@B", "--keytab", "/dev/zero"},
		{"--conf", "spark.kubernetes.driver.podTemplateFile=/dev/zero"},
		{"--conf", "spark.kubernetes.executor.podTemplateFile=/dev/zero"},
		{"--conf", "spark.kubernetes.kerberos.krb5.path=/dev/zero"},
	} {
		options := request{args: args}.options(t)
		options.Files = files
		_, err := submitter.Plan(options)
		if !errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), "/dev/zero: it has more than 16 MiB") {
			t.Errorf("%s: got %v", args, err)
		}
	}
}

// Files that spark-submit looks for by itself are not refused: the version is looked for elsewhere, and Hadoop's
// configuration is told as not understood.
func TestAFileThatIsLookedForMayHaveNoEnd(t *testing.T) {
	r := request{env: map[string]string{"SPARK_HOME": "/s", "YARN_CONF_DIR": "/c"}}
	options := r.options(t)
	options.Files = endless{fstest.MapFS{"s/RELEASE": {}, "c/core-site.xml": {}}}
	options.SparkVersion = ""
	objects, err := submitter.Plan(options)
	if err != nil {
		t.Fatal(err)
	}
	if notes := strings.Join(objects.Notes, "\n"); !strings.Contains(notes, "core-site.xml is not understood") || !strings.Contains(notes, "more than 16 MiB") {
		t.Errorf("notes: %q", objects.Notes)
	}
}
