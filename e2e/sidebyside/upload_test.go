//go:build node

package sidebyside

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/aymanbagabas/go-udiff"

	"swage.dev/swage/e2e/freeport"
	"swage.dev/swage/e2e/maven"
	"swage.dev/swage/e2e/objectstore"
	"swage.dev/swage/e2e/spark"
	"swage.dev/swage/submitter/submittertest"
)

// S23: with an upload path on an object store, spark-submit with Hadoop's own s3a and swage submit put the same objects
// there, under the same names but for the UUIDs, and the drivers are told the same: their settings, arguments and pods.
func TestS23TheSameUploads(t *testing.T) {
	w := newUploading(t)
	for _, row := range []struct {
		name     string
		args     []string
		env      map[string]string
		intended submittertest.Treatment
	}{
		{"keys-of-the-environment", nil, map[string]string{"AWS_ACCESS_KEY_ID": objectstore.ID, "AWS_SECRET_ACCESS_KEY": objectstore.Secret}, ""},
		{"keys-among-settings", storeKeys(), nil, submittertest.HiddenConf},
	} {
		t.Run(row.name, func(t *testing.T) {
			files := w.files(t, "job.py", "lib.py", "data.txt", "env.zip", "more.txt")
			c := submittertest.Case{Name: row.name, Env: row.env, Args: append(row.args,
				"--py-files", files["lib.py"], "--files", files["data.txt"]+",file://"+files["more.txt"], "--archives", files["env.zip"]+"#env", files["job.py"], "an argument",
			)}
			spark, swage := w.submit(t, c)
			if problem := judge(t, row.intended, spark, swage); problem != "" {
				t.Error(problem)
			}
		})
	}
}

// S23: of a name with a blank spark-submit makes an address that is none, on which its driver fails, and it
// forgets what else a file shall be called. Both are kept here; the rest is the same.
func TestS23NamesOfUploads(t *testing.T) {
	w := newUploading(t)
	files := w.files(t, "job.py", "my data.txt", "more.txt")
	spark, swage := w.submit(t, submittertest.Case{Name: "names", Args: append(storeKeys(), "--files", files["my data.txt"]+","+files["more.txt"]+"#other.txt", files["job.py"])})
	unhide(t, swage.objects)
	const key, place = "spark.files", "s3a://uploads/jobs/spark-upload-UUID/"
	for _, side := range []struct {
		name    string
		outcome outcome
		want    string
	}{
		{"spark-submit", spark, place + "my data.txt," + place + "more.txt"},
		{"swage submit", swage, place + "my%20data.txt," + place + "more.txt#other.txt"},
	} {
		settings := side.outcome.objects["ConfigMap spark-drv-UNIQUE-conf-map"].(map[string]any)["data"].(map[string]any)["spark.properties"].(map[string]any)
		if settings[key] != side.want {
			t.Errorf("%s: %s=%v", side.name, key, settings[key])
		}
		delete(settings, key)
	}
	if problem := judge(t, "", spark, swage); problem != "" {
		t.Error(problem)
	}
}

// uploading is what both programs upload to, and with.
type uploading struct {
	store            *objectstore.Store
	number, home     string
	jars, kubeconfig string
	programs         [2]submitter
}

func newUploading(t *testing.T) *uploading {
	t.Helper()
	w := &uploading{store: startStore(t), kubeconfig: writeKubeconfig(t)}
	var err error
	if w.number, err = spark.Version(); err != nil {
		t.Fatal(err)
	}
	if w.home, err = spark.Home(t.Context(), spark.Options{Version: w.number}); err != nil {
		t.Fatal(err)
	}
	if w.jars, err = maven.HadoopAWS(t.Context(), w.home); err != nil {
		t.Fatal(err)
	}
	w.programs = both(t, w.home)
	installPodGroups(t)
	return w
}

func storeKeys() []string {
	return []string{"--conf", "spark.hadoop.fs.s3a.access.key=" + objectstore.ID, "--conf", "spark.hadoop.fs.s3a.secret.key=" + objectstore.Secret}
}

func startStore(t *testing.T) *objectstore.Store {
	t.Helper()
	store, err := objectstore.Start(t.Context(), objectstore.Options{Dir: t.TempDir(), Address: freeport.Address(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Stop(context.WithoutCancel(t.Context())) })
	return store
}

// files are of this machine, by name.
func (w *uploading) files(t *testing.T, names ...string) map[string]string {
	t.Helper()
	dir, all := t.TempDir(), map[string]string{}
	for _, name := range names {
		all[name] = filepath.Join(dir, name)
		if err := os.WriteFile(all[name], []byte("the content of "+name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// submit runs both programs with a case, and wants the same in the store: each file once.
func (w *uploading) submit(t *testing.T, c submittertest.Case) (spark, swage outcome) {
	t.Helper()
	c.Env = merged(c.Env, map[string]string{"SPARK_DIST_CLASSPATH": w.jars + "/*"})
	c.Args = append(w.settings(), c.Args...)
	var outcomes [2]outcome
	var uploads [2]map[string]any
	for i, program := range w.programs {
		outcomes[i], uploads[i] = w.upload(t, program, c)
	}
	if a, b := asYAML(t, uploads[0]), asYAML(t, uploads[1]); a != b || len(uploads[0]) < 3 {
		t.Errorf("%d objects in the store:\n%s", len(uploads[0]), udiff.Unified("spark-submit", "swage submit", a, b))
	}
	return outcomes[0], outcomes[1]
}

func (w *uploading) settings() []string {
	settings := merged(w.store.Settings(), map[string]string{
		"spark.kubernetes.container.image":  "spark:" + w.number,
		"spark.kubernetes.file.upload.path": "s3a://" + objectstore.Bucket + "/jobs",
	})
	args := []string{"--name", "pi"}
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		args = append(args, "--conf", key+"="+settings[key])
	}
	return args
}

func merged(a, b map[string]string) map[string]string {
	all := map[string]string{}
	maps.Copy(all, a)
	maps.Copy(all, b)
	return all
}

// upload runs one of the programs. It returns what it left in the API server and in the store, and takes both away.
func (w *uploading) upload(t *testing.T, program submitter, c submittertest.Case) (outcome, map[string]any) {
	t.Helper()
	namespace := namespaceOf(c, w.number)
	prepare(t, namespace)
	said, refused, err := program.submit(t.Context(), w.home, w.kubeconfig, namespace, c)
	if err != nil || refused {
		t.Fatalf("%s: %v\n%s", program.name, err, said)
	}
	o := outcome{said: said, objects: comparable(t, stored(t, namespace))}
	remove(t, namespace)
	objects, err := w.store.Take()
	if err != nil {
		t.Fatal(err)
	}
	uploads := map[string]any{}
	for name, content := range objects {
		uploads[submittertest.Masked(name)] = string(content)
	}
	return o, uploads
}
