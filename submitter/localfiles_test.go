package submitter_test

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/commandline"
	"swage.dev/swage/submitter/staging"
)

// home is a folder of somebody who submits. The files are much smaller than they say.
func home() fstest.MapFS {
	return fstest.MapFS{
		"home/job.py": {Data: []byte("print(1)")}, "home/app.jar": {Data: []byte("PK\xff")}, "home/lib.py": {Data: []byte("x = 1")},
		"home/my data#1.txt": {Data: []byte("x")}, "home/env.zip": {Data: []byte("PK\xff")}, "home/other/lib.py": {Data: []byte("x = 2")},
		"home/empty.txt": {}, "home/a,b.txt": {Data: []byte("x")}, "home/dir/x": {Data: []byte("x")}, "home/job.R": {Data: []byte("1")},
	}
}

// local plans what somebody submits from /home.
func local(t *testing.T, files fs.FS, edit func(*submitter.Options), args ...string) (*submitter.Objects, error) {
	t.Helper()
	line, err := commandline.Parse(append([]string{
		"--master", "k8s://https://api.example.com", "--name", "pi", "--conf", "spark.kubernetes.container.image=spark",
	}, args...))
	if err != nil {
		t.Fatal(err)
	}
	o := submitter.Options{Line: line, SparkVersion: "4.1.2", Files: files, Dir: "/home", Random: zeros{}}
	if edit != nil {
		edit(&o)
	}
	return submitter.Plan(o)
}

func mustLocal(t *testing.T, files fs.FS, edit func(*submitter.Options), args ...string) *submitter.Objects {
	t.Helper()
	objects, err := local(t, files, edit, args...)
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

// S22: Spark is told file:///..., whatever the user wrote; what pods reach by themselves stays as it is, behind the client's own
// files, as spark-submit has them.
func TestS22WhereSparkFindsThem(t *testing.T) {
	const at = "file:///opt/swage/staged/"
	for _, row := range []struct {
		rule     string
		args     []string
		resource string
		settings map[string]string
	}{
		{"a Python program", []string{"job.py", "40"}, at + "1/job.py", nil},
		{"by its URI", []string{"file:///home/job.py"}, at + "1/job.py", nil},
		{"by the URI that Java prints", []string{"file:/home/job.py"}, at + "1/job.py", nil},
		{"an R program", []string{"job.R"}, at + "1/job.R", nil},
		{"a jar is in spark.jars, and no argument", []string{"--class", "Main", "app.jar"}, "spark-internal", map[string]string{"spark.jars": at + "1/app.jar"}},
		{
			"lists, the client's files first",
			[]string{"--jars", "local:///opt/a.jar,app.jar,https://host/b.jar", "--py-files", "lib.py", "--archives", "env.zip#env", "job.py"},
			at + "1/job.py",
			map[string]string{
				"spark.jars": at + "2/app.jar,local:///opt/a.jar,https://host/b.jar", "spark.submit.pyFiles": at + "4/lib.py", "spark.archives": at + "3/env.zip#env",
			},
		},
		{"settings are lists, too", []string{"--conf", "spark.files=/home/lib.py", "job.py"}, at + "1/job.py", map[string]string{"spark.files": at + "2/lib.py"}},
		{"a file that is given twice is sent once", []string{"--files", "lib.py", "--py-files", "./lib.py", "job.py"}, at + "1/job.py", map[string]string{
			"spark.files": at + "2/lib.py", "spark.submit.pyFiles": at + "2/lib.py",
		}},
		{"a name that a URI must escape", []string{"--files", "file:///home/my%20data%231.txt", "job.py"}, at + "1/job.py", map[string]string{"spark.files": at + "2/my%20data%231.txt"}},
		{"two files of one name under different ones", []string{"--files", "lib.py,other/lib.py#lib2.py", "job.py"}, at + "1/job.py", map[string]string{
			"spark.files": at + "2/lib.py," + at + "3/lib.py#lib2.py",
		}},
		{"a name behind # that a URI must escape", []string{"--files", "lib.py#my lib#2.py", "--archives", "env.zip#my%20env", "job.py"}, at + "1/job.py", map[string]string{
			"spark.files": at + "2/lib.py#my%20lib%232.py", "spark.archives": at + "3/env.zip#my%20env",
		}},
		{"a # that a pattern finds is the name's", []string{"--files", "my*.txt", "job.py"}, at + "1/job.py", map[string]string{"spark.files": at + "2/my%20data%231.txt"}},
		{"an empty file", []string{"--files", "empty.txt", "job.py"}, at + "1/job.py", map[string]string{"spark.files": at + "2/empty.txt"}},
		{"what the image has stays there", []string{"--files", "lib.py", "local:///opt/job.py"}, "local:///opt/job.py", map[string]string{"spark.files": at + "1/lib.py"}},
	} {
		t.Run(row.rule, func(t *testing.T) {
			objects := mustLocal(t, home(), nil, row.args...)
			args := sparkOf(t, objects).Args
			if at := slices.Index(args, "--class") + 2; args[at] != row.resource {
				t.Errorf("the program is %s", args[at])
			}
			got := conf(t, objects)
			for key, want := range row.settings {
				if got[key] != want {
					t.Errorf("%s is %s, want %s", key, got[key], want)
				}
			}
		})
	}
}

// S22: what cannot be sent, or would not be what the user means, is refused before anything is created, by its name.
func TestS22Refused(t *testing.T) {
	for _, row := range []struct{ args, want string }{
		{"absent.py", "/home/absent.py: file does not exist"},
		{"--files dir job.py", "/home/dir: it is a folder: pack it into an archive"},
		{"--archives dir#env job.py", "/home/dir: it is a folder"},
		{"--py-files lib.py,other/lib.py job.py", "/home/lib.py and /home/other/lib.py: Spark knows both as lib.py"},
		{"--py-files lib.py --files other/lib.py job.py", "Spark knows both as lib.py"},
		{"--files env.zip#lib.py --py-files lib.py job.py", "Spark knows both as lib.py"},
		{"--files file://host/home/lib.py job.py", "expected file:///PATH"},
		{"--files file:lib.py job.py", "expected file:///PATH"},
		{"--files file:///home/%zz job.py", "cannot be read"},
		{"file:///home/a,b.txt.py", "comma"},
	} {
		_, err := local(t, home(), nil, strings.Fields(row.args)...)
		if !errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v", row.args, err)
		}
	}
}

// S22: up to 900 kB go by an immutable ConfigMap, which the driver owns: nothing is sent, and no right is needed.
func TestS22SmallFilesGoByConfigMap(t *testing.T) {
	objects := mustLocal(t, home(), nil, "--jars", "app.jar", "job.py")
	if objects.Staging != nil || len(objects.Driver.Spec.InitContainers) > 0 {
		t.Error("something would be streamed")
	}
	staged := stagedFiles(t, objects)
	if !*staged.Immutable || staged.Data["1"] != "print(1)" || string(staged.BinaryData["2"]) != "PK\xff" {
		t.Fatalf("got %+v", staged)
	}
	i := slices.IndexFunc(objects.Driver.Spec.Volumes, func(v corev1.Volume) bool { return v.Name == "swage-staged" })
	volume := objects.Driver.Spec.Volumes[i].ConfigMap
	if volume.Name != staged.Name || volume.Items[0].Path != "1/job.py" || volume.Items[1].Path != "2/app.jar" || *volume.Items[0].Mode != 0o644 {
		t.Errorf("got %+v", volume)
	}
	if mount := mountOf(t, objects); mount.MountPath != "/opt/swage/staged" || !mount.ReadOnly {
		t.Errorf("got %+v", mount)
	}
}

func stagedFiles(t *testing.T, objects *submitter.Objects) *corev1.ConfigMap {
	t.Helper()
	for _, o := range objects.Owned {
		if o.GetName() == "pi-"+unique(objects)+"-staged" {
			return o.(*corev1.ConfigMap)
		}
	}
	t.Fatal("no ConfigMap")
	return nil
}

// S16, S22: who wants the configuration in a Secret wants the files there, too.
func TestS22SmallFilesGoBySecret(t *testing.T) {
	objects := mustLocal(t, home(), func(o *submitter.Options) { o.ConfIn = submitter.ConfInSecret }, "job.py")
	for _, o := range objects.Owned {
		if secret, ok := o.(*corev1.Secret); ok && strings.HasSuffix(o.GetName(), "-staged") {
			if string(secret.Data["1"]) != "print(1)" {
				t.Errorf("got %q", secret.Data)
			}
			return
		}
	}
	t.Error("no Secret")
}

// sized says other sizes of files than they have.
type sized struct{ fstest.MapFS }

func (s sized) Open(name string) (fs.File, error) {
	file, err := s.MapFS.Open(name)
	return sizedFile{file}, err
}

type sizedFile struct{ fs.File }

func (f sizedFile) Stat() (fs.FileInfo, error) {
	info, err := f.File.Stat()
	return sizedInfo{info}, err
}

type sizedInfo struct{ fs.FileInfo }

func (i sizedInfo) Size() int64 { return 450_001 }

// S22: more than 900 kB are streamed into an init container that comes first, reads its input to the end, and satisfies Pod
// Security's level restricted.
func TestS22LargeFilesAreStreamed(t *testing.T) {
	for _, row := range []struct {
		rule, helper, image string
		command             []string
		user                *int64
	}{
		{"by the helper", "registry/swage:1", "registry/swage:1", []string{
			"/swage-helper", "receive", "--timeout", "10m0s", "--files", "2", "--bytes", "900002", "/opt/swage/staged",
		}, nil},
		{"by bash of Spark's image", "", "spark", []string{"bash", "-c", "", "receive", "/opt/swage/staged", "2", "900002", "600", "120"}, new(int64(65532))},
		{"none: nothing waits for drivers, but somebody must receive", "none", "spark", []string{"bash", "-c", "", "receive", "/opt/swage/staged", "2", "900002", "600", "120"}, new(int64(65532))},
	} {
		t.Run(row.rule, func(t *testing.T) {
			objects := mustLocal(t, sized{home()}, func(o *submitter.Options) { o.HelperImage = row.helper }, "--files", "lib.py", "job.py")
			spec := objects.Driver.Spec
			stage := spec.InitContainers[0]
			if stage.Command[0] == "bash" {
				stage.Command[2] = ""
			}
			if stage.Name != submitter.StageContainer || stage.Image != row.image || !slices.Equal(stage.Command, row.command) {
				t.Errorf("got %+v", stage)
			}
			wantReceiver(t, &stage, row.user)
			if mount := mountOf(t, objects); !mount.ReadOnly {
				t.Errorf("got %+v", mount)
			}
			want := []staging.File{{Source: "home/job.py", Place: "1/job.py", Size: 450_001}, {Source: "home/lib.py", Place: "2/lib.py", Size: 450_001}}
			if objects.Staging == nil || !slices.Equal(objects.Staging.Files, want) || objects.Staging.Bytes != 900_002 {
				t.Errorf("got %+v", objects.Staging)
			}
		})
	}
}

// wantReceiver wants a container that reads its input to the end, writes to the volume only, and may do nothing else.
func wantReceiver(t *testing.T, stage *corev1.Container, user *int64) {
	t.Helper()
	if !stage.Stdin || !stage.StdinOnce || stage.TTY {
		t.Errorf("got %+v", stage)
	}
	if c := stage.SecurityContext; !*c.RunAsNonRoot || *c.AllowPrivilegeEscalation || c.Capabilities.Drop[0] != "ALL" || (c.RunAsUser == nil) != (user == nil) {
		t.Errorf("got %+v", c)
	}
	if mount := stage.VolumeMounts[0]; len(stage.VolumeMounts) != 1 || mount.MountPath != "/opt/swage/staged" || mount.ReadOnly {
		t.Errorf("got %+v", stage.VolumeMounts)
	}
}

// S22: a volume of the pod template with the name of ours is where streamed files go, of whatever kind and size it is.
func TestS22AVolumeOfOnesOwn(t *testing.T) {
	files := home()
	files["home/driver.yaml"] = &fstest.MapFile{Data: []byte("spec:\n  volumes:\n  - {name: swage-staged, emptyDir: {medium: Memory, sizeLimit: 1Mi}}\n  initContainers:\n  - {name: first, image: x}\n")}
	objects := mustLocal(t, files, nil, "--conf", "spark.kubernetes.driver.podTemplateFile=/home/driver.yaml", "job.py")
	var volumes []corev1.Volume
	for _, v := range objects.Driver.Spec.Volumes {
		if v.Name == "swage-staged" {
			volumes = append(volumes, v)
		}
	}
	if len(volumes) != 1 || volumes[0].EmptyDir.Medium != corev1.StorageMediumMemory || objects.Staging == nil {
		t.Errorf("got %+v", volumes)
	}
	if names := objects.Driver.Spec.InitContainers; names[0].Name != "swage-stage" || names[1].Name != "first" {
		t.Errorf("got %v", names)
	}
}

// S22: what is streamed reaches one driver, when somebody is there to send it; who makes several, or is a shell, is told of the
// places that all of them see. Small files have one.
func TestS22ManyDriversTakeAPlaceForAll(t *testing.T) {
	for _, row := range []struct {
		rule string
		edit func(*submitter.Options)
		want string
		args []string
	}{
		{"retries", func(o *submitter.Options) { o.Job = &submitter.JobOptions{Retries: 2} }, "900002 bytes of files are streamed to one driver", []string{"--files", "lib.py", "job.py"}},
		{"suspended", func(o *submitter.Options) { o.Job = &submitter.JobOptions{Suspend: true} }, "900002 bytes of files are streamed to one driver", []string{"--files", "lib.py", "job.py"}},
		{"a schedule", func(o *submitter.Options) { o.Schedule = &submitter.ScheduleOptions{Cron: "@daily"} }, "900002 bytes of files are streamed to one driver", []string{"--files", "lib.py", "job.py"}},
		{"a shell", func(o *submitter.Options) { o.Shell = &submitter.ShellOptions{Language: "python"} }, "900002 bytes of files are more than a shell takes from this machine by itself", []string{"--files", "lib.py", "--py-files", "job.py"}},
	} {
		_, err := local(t, sized{home()}, row.edit, row.args...)
		if !errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), row.want) ||
			!strings.Contains(err.Error(), ": give --stage-to pvc/NAME, a claim that they are put on, or spark.kubernetes.file.upload.path") {
			t.Errorf("%s: got %v", row.rule, err)
		}
		if objects := mustLocal(t, home(), row.edit, row.args...); objects.Job == nil && objects.CronJob == nil || objects.Staging != nil {
			t.Errorf("%s: small files go by a ConfigMap, whoever makes the driver", row.rule)
		}
	}
}

func mountOf(t *testing.T, objects *submitter.Objects) corev1.VolumeMount {
	t.Helper()
	for _, mount := range sparkOf(t, objects).VolumeMounts {
		if mount.Name == "swage-staged" {
			return mount
		}
	}
	t.Fatal("not mounted")
	return corev1.VolumeMount{}
}

// unique is what a plan's names have in common, behind the application's name.
func unique(objects *submitter.Objects) string {
	return strings.TrimSuffix(strings.TrimPrefix(objects.Driver.Name, "pi-"), "-driver")
}
