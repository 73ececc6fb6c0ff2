//go:build node

package scenarios_test

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"swage.dev/swage/e2e/nodetest"
	"swage.dev/swage/e2e/product"
)

// seeing is a program that uses all kinds of files, in the driver and on executors.
const seeing = `
from pyspark import SparkFiles

def look():
    import lib
    with open(SparkFiles.get("my data.txt")) as file:
        text = file.read()
    size = os.path.getsize(SparkFiles.get("pad.bin")) if PAD else 0
    return [lib.WORD, text, sorted(os.listdir(SparkFiles.get("env"))), size]

tell("driver", look())
tell("executors", list(on_executors(sc, 2, look).values()))
tell("main", __file__)
`

// folder makes what somebody submits from: a program, a module, a file with a blank in its name, an archive, and padding.
func folder(t *testing.T, padding int, script string) (job nodetest.Job, options []string) {
	t.Helper()
	dir := t.TempDir()
	var archive bytes.Buffer
	packed := zip.NewWriter(&archive)
	inside, err := packed.Create("inside.txt")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := inside.Write([]byte("packed")); err != nil {
		t.Fatal(err)
	}
	if err := packed.Close(); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{
		"lib.py": []byte("WORD = 'from the module'\n"), "my data.txt": []byte("from the file"), "env.zip": archive.Bytes(), "pad.bin": make([]byte, padding),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pad := "PAD = False\n"
	files := filepath.Join(dir, "my data.txt")
	if padding > 0 {
		pad, files = "PAD = True\n", files+","+filepath.Join(dir, "pad.bin")
	}
	job = nodetest.Job{Script: pad + script, Program: filepath.Join(dir, "program.py"), Executors: 2}
	job.WriteScript(t, job.Program)
	return job, []string{"--py-files", filepath.Join(dir, "lib.py"), "--files", files, "--archives", filepath.Join(dir, "env.zip") + "#env"}
}

// S22: a program of this machine, with a module, a file and an archive, runs without an object store: by a ConfigMap, by the
// helper's receiver, and by what Spark's own image has; the driver serves the files to its executors, whoever makes those.
func TestS22LocalFilesReachDriverAndExecutors(t *testing.T) {
	const large = 3 << 20
	for _, row := range []struct {
		name    string
		padding int
		options []string
	}{
		{"configmap", 0, []string{"--executors-by", "driver"}},
		{"helper", large, []string{"--executors-by", "both", "--helper-image", product.WebhookImage}},
		{"bash", large, []string{"--executors-by", "submitter"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			job, options := folder(t, row.padding, seeing)
			job.Namespace = cluster.Namespace(t)
			run, code := cluster.SwageSubmit(t, job, append(row.options, options...)...)
			if code != 0 {
				t.Errorf("exit code %d", code)
			}
			run.Succeeds(t)
			saw := []any{"from the module", "from the file", []string{"inside.txt"}, row.padding}
			told := run.Told(t)
			told.Want(t, "driver", saw)
			told.Want(t, "executors", []any{saw, saw})
			told.Want(t, "main", "/opt/swage/staged/1/program.py")
			staged := run.Pod(t).Status.InitContainerStatuses
			if (len(staged) > 0) != (row.padding > 0) {
				t.Errorf("init containers: %+v", staged)
			}
		})
	}
}
