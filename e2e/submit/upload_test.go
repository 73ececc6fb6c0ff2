package submit_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/freeport"
	"swage.dev/swage/e2e/objectstore"
)

// objectStore is a store for one test.
type objectStore struct{ *objectstore.Store }

func startObjectStore(t *testing.T) objectStore {
	t.Helper()
	store, err := objectstore.Start(t.Context(), objectstore.Options{Dir: t.TempDir(), Address: freeport.Address(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return objectStore{store}
}

// uploads are the objects that there are, by name.
func (s objectStore) uploads(t *testing.T) map[string][]byte {
	t.Helper()
	found, err := s.Objects()
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// settings reach the store, the last ones by choice.
func (s objectStore) settings(more ...string) []string {
	all := []string{"spark.kubernetes.file.upload.path=s3a://" + objectstore.Bucket + "/jobs"}
	for key, value := range s.Settings() {
		all = append(all, key+"="+value)
	}
	return append(all, more...)
}

func conf(settings []string) []string {
	var args []string
	for _, setting := range settings {
		args = append(args, "--conf", setting)
	}
	return args
}

var rightKeys = []string{"spark.hadoop.fs.s3a.access.key=" + objectstore.ID, "spark.hadoop.fs.s3a.secret.key=" + objectstore.Secret}

// localProgram is a program of this machine, and a file of some size beside it.
func localProgram(t *testing.T, size int) (program, beside string, content []byte) {
	t.Helper()
	dir := t.TempDir()
	program, beside = filepath.Join(dir, "job.py"), filepath.Join(dir, "large data.bin")
	content = bytes.Repeat([]byte("0123456789abcde\n"), size/16)
	for name, text := range map[string][]byte{program: []byte("print(1)"), beside: content} {
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return program, beside, content
}

func uploading(namespace string, settings []string, beside, program string) []string {
	args := []string{"-n", namespace, "--no-wait", "--conf", "spark.kubernetes.container.image=spark:4.1.2", "--files", beside}
	return append(append(args, conf(settings)...), program)
}

// S23: files go to the bucket under Spark's names, a large one in parts, and the driver is told where; keys may come from the settings,
// the environment or a profile. What is uploaded is there byte for byte, and no secret is in what swage says.
func TestS23UploadToAnObjectStore(t *testing.T) {
	store := startObjectStore(t)
	profile := filepath.Join(t.TempDir(), "credentials")
	if err := os.WriteFile(profile, fmt.Appendf(nil, "[team]\naws_access_key_id = %s\naws_secret_access_key = %s\n", objectstore.ID, objectstore.Secret), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name     string
		size     int
		settings []string
		env      []string
	}{
		{"settings and a file of several parts", 40 << 20, rightKeys, nil},
		{"settings of the bucket", 16, []string{
			"spark.hadoop.fs.s3a.bucket.uploads.access.key=" + objectstore.ID, "spark.hadoop.fs.s3a.bucket.uploads.secret.key=" + objectstore.Secret,
			"spark.hadoop.fs.s3a.access.key=other", "spark.hadoop.fs.s3a.secret.key=other",
		}, nil},
		{"environment", 16, nil, []string{"AWS_ACCESS_KEY_ID=" + objectstore.ID, "AWS_SECRET_ACCESS_KEY=" + objectstore.Secret}},
		{"profile", 16, []string{"spark.hadoop.fs.s3a.aws.credentials.provider=software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider"}, []string{
			"AWS_SHARED_CREDENTIALS_FILE=" + profile, "AWS_PROFILE=team",
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			before := store.uploads(t)
			namespace := server.Namespace(t)
			job, beside, content := localProgram(t, row.size)
			said, code := swageWith(t, row.env, uploading(namespace, store.settings(row.settings...), beside, job)...)
			if code != 0 || strings.Contains(said, objectstore.Secret) {
				t.Fatalf("exit code %d: %s", code, said)
			}
			after := store.uploads(t)
			for name := range before {
				delete(after, name)
			}
			var names []string
			for name, got := range after {
				names = append(names, filepath.Base(name))
				want := content
				if strings.HasSuffix(name, "job.py") {
					want = []byte("print(1)")
				}
				if !bytes.Equal(got, want) || !strings.HasPrefix(name, "jobs/spark-upload-") {
					t.Errorf("%s: %d bytes", name, len(got))
				}
			}
			slices.Sort(names)
			if !slices.Equal(names, []string{"job.py", "large data.bin"}) {
				t.Errorf("uploaded %q", names)
			}
			wantTold(t, namespace, after)
		})
	}
}

// wantTold wants a driver that is told where its program is.
func wantTold(t *testing.T, namespace string, uploads map[string][]byte) {
	t.Helper()
	pods, err := server.Client().CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{LabelSelector: "spark-role=driver"})
	if err != nil || len(pods.Items) != 1 {
		t.Fatalf("%v, %d drivers", err, len(pods.Items))
	}
	for name := range uploads {
		if args := pods.Items[0].Spec.Containers[0].Args; strings.HasSuffix(name, "job.py") && !slices.Contains(args, "s3a://uploads/"+name) {
			t.Errorf("the driver's arguments are %q", args)
		}
	}
}

// S23: what cannot be uploaded is told in one sentence with what to do, by exit code 2 where the settings are at fault, nothing is created, no object is left, and no secret is told.
func TestS23WhatCannotBeUploaded(t *testing.T) {
	store := startObjectStore(t)
	elsewhere := func(setting string) []string { return append(store.settings(rightKeys...), setting) }
	for _, row := range []struct {
		rule     string
		code     int
		want     string
		settings []string
	}{
		{"a wrong secret", 1, "does not take the keys of fs.s3a.access.key and fs.s3a.secret.key: SignatureDoesNotMatch", store.settings(
			"spark.hadoop.fs.s3a.access.key="+objectstore.ID, "spark.hadoop.fs.s3a.secret.key="+objectstore.Secret+"x")},
		{"an unknown key", 1, "access key ID", store.settings("spark.hadoop.fs.s3a.access.key=nobody", "spark.hadoop.fs.s3a.secret.key="+objectstore.Secret)},
		{"no keys at all", 2, "there are no credentials: none by fs.s3a.access.key", store.settings()},
		{"a bucket that is not there", 1, "has no bucket absent", elsewhere("spark.kubernetes.file.upload.path=s3a://absent/jobs")},
		{"nobody listens", 1, "127.0.0.1:1", elsewhere("spark.hadoop.fs.s3a.endpoint=http://127.0.0.1:1")},
		{"a provider that takes Java", 2, "org.example.Provider is a Java class", elsewhere("spark.hadoop.fs.s3a.aws.credentials.provider=org.example.Provider")},
		{"a wrong endpoint", 2, "fs.s3a.endpoint", elsewhere("spark.hadoop.fs.s3a.endpoint=ftp://x")},
		{"no bucket", 2, "expected s3a://BUCKET/PATH", elsewhere("spark.kubernetes.file.upload.path=s3a:///x")},
	} {
		t.Run(row.rule, func(t *testing.T) {
			namespace := server.Namespace(t)
			job, beside, _ := localProgram(t, 16)
			said, code := swage(t, uploading(namespace, row.settings, beside, job)...)
			if code != row.code || !strings.Contains(said, row.want) || strings.Contains(said, objectstore.Secret) {
				t.Errorf("exit code %d: %s", code, said)
			}
			if pods, err := server.Client().CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{}); err != nil || len(pods.Items) > 0 {
				t.Errorf("%v, %d pods", err, len(pods.Items))
			}
		})
	}
	if left := store.uploads(t); len(left) > 0 {
		t.Errorf("left: %d objects", len(left))
	}
}

// S23: where the API server refuses the application, what was uploaded is taken back: from a bucket, and from a mounted folder.
func TestS23UploadsAreTakenBack(t *testing.T) {
	store := startObjectStore(t)
	folder := filepath.Join(t.TempDir(), "shared")
	for _, settings := range [][]string{store.settings(rightKeys...), {"spark.kubernetes.file.upload.path=file://" + folder}} {
		job, beside, _ := localProgram(t, 1<<20)
		said, code := swage(t, uploading("no-such-namespace", settings, beside, job)...)
		if code != 1 || !strings.Contains(said, "no-such-namespace") {
			t.Errorf("exit code %d: %s", code, said)
		}
	}
	left, err := os.ReadDir(folder)
	if err != nil || len(left) > 0 || len(store.uploads(t)) > 0 {
		t.Errorf("left: %v %v, %d objects", err, left, len(store.uploads(t)))
	}
}

// S23: a mounted folder gets the files under Spark's names, for every user to read.
func TestS23UploadToAFolder(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "shared")
	for _, place := range []string{folder, "file://" + folder, "file:" + folder} {
		namespace := server.Namespace(t)
		job, beside, content := localProgram(t, 1<<20)
		if said, code := swage(t, uploading(namespace, []string{"spark.kubernetes.file.upload.path=" + place}, beside, job)...); code != 0 {
			t.Fatalf("exit code %d: %s", code, said)
		}
		found, err := filepath.Glob(folder + "/spark-upload-*/large data.bin")
		if err != nil || len(found) != 1 {
			t.Fatalf("%s: %q, %v", place, found, err)
		}
		info, err := os.Stat(found[0])
		if err != nil || info.Size() != int64(len(content)) || info.Mode().Perm() != 0o644 {
			t.Errorf("%s: %v, %v", place, info, err)
		}
		if err := os.RemoveAll(folder); err != nil {
			t.Fatal(err)
		}
	}
}
