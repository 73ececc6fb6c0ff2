package submit_test

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/objectstore"
	"swage.dev/swage/e2e/pty"
)

// S25, S23: a shell's files go where spark.kubernetes.file.upload.path says, a bucket or a mounted folder, before its Job is there: byte for
// byte, under Spark's names, and that is what the shell is told. As with spark-submit they stay, also when the shell is interrupted.
func TestS25AShellUploads(t *testing.T) {
	store, folder := startObjectStore(t), filepath.Join(t.TempDir(), "shared")
	_, beside, content := localProgram(t, 1<<20)
	for _, row := range []struct {
		rule     string
		settings []string
		place    string // as Spark names it
		uploads  func() map[string][]byte
	}{
		{"a bucket", store.settings(rightKeys...), "s3a://" + objectstore.Bucket + "/jobs/", func() map[string][]byte { return store.uploads(t) }},
		{"a folder", []string{"spark.kubernetes.file.upload.path=file://" + folder}, "file://" + folder + "/", func() map[string][]byte { return filesBelow(t, folder) }},
	} {
		t.Run(row.rule, func(t *testing.T) {
			namespace := server.Namespace(t)
			session := pty.Start(t, shell(t, namespace, append(conf(row.settings), "--files", beside)...))
			session.Awaits(t, "pyspark: Pending", 1)
			wantUploaded(t, namespace, row.place, row.uploads(), content)
			session.Types(t, "\x03")
			if code := session.Ends(t); code != 130 || strings.Contains(session.Shown(), objectstore.Secret) {
				t.Errorf("exit code %d\n%s", code, session.Shown())
			}
			if alive, _ := shellJobs(t, namespace); len(alive) > 0 || len(row.uploads()) != 1 {
				t.Errorf("%d Jobs, %d files", len(alive), len(row.uploads()))
			}
		})
	}
}

// wantUploaded wants one file, and a Job whose shell and settings name it.
func wantUploaded(t *testing.T, namespace, place string, uploads map[string][]byte, content []byte) {
	t.Helper()
	names := slices.Collect(maps.Keys(uploads))
	if len(names) != 1 || string(uploads[names[0]]) != string(content) {
		t.Fatalf("uploaded: %q", names)
	}
	dir := filepath.Base(filepath.Dir(names[0]))
	if !strings.HasPrefix(dir, "spark-upload-") || filepath.Base(names[0]) != "large data.bin" {
		t.Errorf("uploaded: %q", names)
	}
	alive, _ := shellJobs(t, namespace)
	if len(alive) != 1 {
		t.Fatalf("%d Jobs", len(alive))
	}
	if want := "spark.files=" + place + dir + "/large%20data.bin\n"; !strings.Contains(settingsOf(t, namespace), want) {
		t.Errorf("the shell is not told %s", want)
	}
}

// S25, S23: a shell that cannot be had leaves no file behind, and one whose files cannot be uploaded no Job.
func TestS25AShellThatCannotUpload(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "shared")
	_, beside, _ := localProgram(t, 16)
	notAFolder := filepath.Join(beside, "below")
	for _, row := range []struct {
		rule, namespace, path, want string
	}{
		{"no such namespace", "no-such-namespace", "file://" + folder, "no-such-namespace"},
		{"a folder that cannot be made", server.Namespace(t), "file://" + notAFolder, "not a directory"},
	} {
		said, code := output(shell(t, row.namespace, "--conf", "spark.kubernetes.file.upload.path="+row.path, "--files", beside))
		if code != 1 || !strings.Contains(said, row.want) {
			t.Errorf("%s: exit code %d: %s", row.rule, code, said)
		}
		if alive, deleted := shellJobs(t, row.namespace); len(alive)+len(deleted) > 0 || len(filesBelow(t, folder)) > 0 {
			t.Errorf("%s: left %d Jobs, %d files", row.rule, len(alive)+len(deleted), len(filesBelow(t, folder)))
		}
	}
}

// filesBelow are the files of a folder, by name. One that is not there has none.
func filesBelow(t *testing.T, folder string) map[string][]byte {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(folder, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]byte{}
	for _, name := range found {
		if all[name], err = os.ReadFile(name); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// settingsOf are a namespace's ConfigMaps and Secrets, where settings with a key in them are, as Spark reads them.
func settingsOf(t *testing.T, namespace string) string {
	t.Helper()
	stored, err1 := server.Client().CoreV1().ConfigMaps(namespace).List(t.Context(), metav1.ListOptions{})
	secrets, err2 := server.Client().CoreV1().Secrets(namespace).List(t.Context(), metav1.ListOptions{})
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, each := range stored.Items {
		for _, text := range each.Data {
			all.WriteString(text)
		}
	}
	for _, each := range secrets.Items {
		for _, text := range each.Data {
			all.Write(text)
		}
	}
	return strings.ReplaceAll(all.String(), `\:`, ":")
}
