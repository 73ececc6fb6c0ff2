package submitter_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/submitter"
)

func toClaim(o *submitter.Options) { o.StageTo = "pvc/files" }

// noUUID is what zeros make of one.
const noUUID = "00000000-0000-4000-8000-000000000000"

// S22: files go to a folder of their own on the claim, which every driver sees below the path that Spark is told, read only; nobody
// streams anything to it.
func TestS22DriversSeeTheirFolderOfAClaim(t *testing.T) {
	for rule, edit := range map[string]func(*submitter.Options){
		"a driver":   func(*submitter.Options) {},
		"retries":    func(o *submitter.Options) { o.Job = &submitter.JobOptions{Retries: 2} },
		"suspended":  func(o *submitter.Options) { o.Job = &submitter.JobOptions{Suspend: true} },
		"a schedule": func(o *submitter.Options) { o.Schedule = &submitter.ScheduleOptions{Cron: "@daily"} },
		"a shell":    func(o *submitter.Options) { o.Shell = &submitter.ShellOptions{Language: "python"} },
	} {
		t.Run(rule, func(t *testing.T) {
			args := []string{"--py-files", "lib.py", "--files", "env.zip#env"}
			if rule != "a shell" {
				args = append(args, "job.py")
			}
			objects := mustLocal(t, sized{home()}, func(o *submitter.Options) { toClaim(o); edit(o) }, args...)
			wantFolder(t, objects)
		})
	}
}

// wantFolder wants a plan's files on the claim, and its driver to see them and to wait for nothing.
func wantFolder(t *testing.T, objects *submitter.Objects) {
	t.Helper()
	claim := objects.Staging.Claim
	if claim == nil || claim.Name != "files" || claim.Folder != "spark-upload-"+noUUID {
		t.Fatalf("got %+v", claim)
	}
	if mount := mountOf(t, objects); mount.SubPath != claim.Folder || mount.MountPath != "/opt/swage/staged" || !mount.ReadOnly {
		t.Errorf("got %+v", mount)
	}
	if volume := stagedVolumeOf(t, &objects.Driver.Spec); volume.PersistentVolumeClaim == nil || *volume.PersistentVolumeClaim != (corev1.PersistentVolumeClaimVolumeSource{ClaimName: "files"}) {
		t.Errorf("got %+v", volume)
	}
	if got := conf(t, objects)["spark.submit.pyFiles"]; !strings.HasPrefix(got, "file:///opt/swage/staged/") {
		t.Errorf("Spark is told %s", got)
	}
	if len(objects.Driver.Spec.InitContainers) > 0 {
		t.Error("the driver waits for files")
	}
	if first := objects.All()[0]; first != submitter.Object(claim.Job) {
		t.Errorf("%s comes before the files", first.GetName())
	}
}

func stagedVolumeOf(t *testing.T, spec *corev1.PodSpec) corev1.Volume {
	t.Helper()
	i := slices.IndexFunc(spec.Volumes, func(v corev1.Volume) bool { return v.Name == "swage-staged" })
	if i < 0 {
		t.Fatal("no volume")
	}
	return spec.Volumes[i]
}

// S22: what receives for a claim, by the helper and by bash of Spark's image.
func TestS22WhatReceivesForAClaim(t *testing.T) {
	for helper, command := range map[string][]string{
		"registry/swage:1": {"/swage-helper", "receive", "--timeout", "5m0s", "--files", "2", "--bytes", "900002", "--whole", "/opt/swage/claim/spark-upload-" + noUUID},
		"bash":             {"bash", "-c", "", "receive", "/opt/swage/claim/spark-upload-" + noUUID, "2", "900002", "300", "120", "whole"},
	} {
		stage := receiving(t, helper).Spec.Template.Spec.Containers[0]
		if stage.Command[0] == "bash" {
			stage.Command[2] = ""
		}
		if stage.Name != submitter.StageContainer || !slices.Equal(stage.Command, command) || stage.Resources.Limits.Memory().String() != "256Mi" || !stage.StdinOnce {
			t.Errorf("got %+v", stage)
		}
		if mount := stage.VolumeMounts[0]; len(stage.VolumeMounts) != 1 || mount.ReadOnly || mount.SubPath != "" {
			t.Errorf("got %+v", stage.VolumeMounts)
		}
	}
}

// receiving is the Job that receives files for a claim.
func receiving(t *testing.T, helper string) *batchv1.Job {
	t.Helper()
	return mustLocal(t, sized{home()}, func(o *submitter.Options) {
		toClaim(o)
		o.HelperImage, o.StageTimeout = helper, 5*time.Minute
	}, "--files", "lib.py", "job.py").Staging.Claim.Job
}

// S22: it ends, and is removed, whoever dies.
func TestS22WhoReceivesEnds(t *testing.T) {
	job := receiving(t, "")
	if s := job.Spec; *s.BackoffLimit != 0 || *s.ActiveDeadlineSeconds != 330 || *s.TTLSecondsAfterFinished != 30 || !strings.HasPrefix(job.Name, "stage-pi-") {
		t.Errorf("got %s %+v", job.Name, s)
	}
	if job.Spec.Template.Spec.RestartPolicy != corev1.RestartPolicyNever {
		t.Error("it begins anew")
	}
}

// S22: it has nobody's token, is no pod of Spark's, is not shaped, and sees nothing but the claim.
func TestS22WhoReceivesIsNobody(t *testing.T) {
	job := receiving(t, "")
	template := job.Spec.Template
	for _, labels := range []map[string]string{job.Labels, template.Labels} {
		if len(labels) != 1 || !strings.HasPrefix(labels[submitter.StagingLabel], "pi-") {
			t.Errorf("labels %v", labels)
		}
	}
	if template.Annotations[podtemplate.ShapeAnnotation] != "false" || *template.Spec.AutomountServiceAccountToken {
		t.Errorf("got %+v", template)
	}
	if claim := stagedVolumeOf(t, &template.Spec).PersistentVolumeClaim; claim == nil || claim.ClaimName != "files" || len(template.Spec.Volumes) != 1 {
		t.Errorf("got %+v", template.Spec.Volumes)
	}
}

// S22: a volume may be bound to the node that its first pod goes to: that is one where the driver can be, whose rights to files and
// images it has.
func TestS22WhoReceivesIsWhereTheDriverCanBe(t *testing.T) {
	files := home()
	files["home/driver.yaml"] = &fstest.MapFile{Data: []byte(`
spec:
  securityContext: {runAsUser: 185, fsGroup: 185}
  serviceAccountName: etl
  tolerations: [{key: spark}]
  imagePullSecrets: [{name: pull}]
  affinity:
    nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: In, values: [a]}]}]}}
    podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: host}]}
`)}
	objects := mustLocal(t, sized{files}, toClaim, "--conf", "spark.kubernetes.driver.podTemplateFile=/home/driver.yaml",
		"--conf", "spark.kubernetes.driver.node.selector.pool=spark", "--files", "lib.py", "job.py")
	spec := objects.Staging.Claim.Job.Spec.Template.Spec
	if spec.NodeSelector["pool"] != "spark" || spec.Tolerations[0].Key != "spark" || spec.Affinity.NodeAffinity == nil || spec.Affinity.PodAntiAffinity != nil {
		t.Errorf("it goes elsewhere: %+v", spec)
	}
	if spec.ServiceAccountName != "etl" || spec.ImagePullSecrets[0].Name != "pull" || *spec.SecurityContext.FSGroup != 185 || spec.Containers[0].SecurityContext.RunAsUser != nil {
		t.Errorf("it is somebody else: %+v", spec)
	}
	stored := objects.Driver.Spec.DeepCopy()
	stored.NodeSelector = map[string]string{"pool": "spot"}
	stored.SecurityContext = nil
	like := objects.Staging.Claim.JobLike(stored).Spec.Template.Spec
	if like.NodeSelector["pool"] != "spot" || *like.Containers[0].SecurityContext.RunAsUser != 65532 || spec.NodeSelector["pool"] != "spark" {
		t.Errorf("what templates say of a driver is not heeded: %+v", like)
	}
}

// S22: what was put on a claim for an application that could not be created is removed by a Job of the same kind.
func TestS22AFolderIsRemovedAgain(t *testing.T) {
	for helper, want := range map[string][]string{
		"registry/swage:1": {"/swage-helper", "remove", "/opt/swage/claim/spark-upload-" + noUUID}, "": {"rm", "-rf", "/opt/swage/claim/spark-upload-" + noUUID},
	} {
		claim := mustLocal(t, sized{home()}, func(o *submitter.Options) { toClaim(o); o.HelperImage = helper }, "--files", "lib.py", "job.py").Staging.Claim
		job := claim.Removal()
		if c := job.Spec.Template.Spec.Containers[0]; !slices.Equal(c.Command, want) || c.Stdin || job.Name == claim.Job.Name || *job.Spec.TTLSecondsAfterFinished != 30 {
			t.Errorf("got %s %q", job.Name, c.Command)
		}
		if !claim.Job.Spec.Template.Spec.Containers[0].Stdin {
			t.Error("who receives was changed")
		}
	}
}

// S22: a claim is named as kubectl names one, and files have one place.
func TestS22WhatIsNoClaim(t *testing.T) {
	for _, to := range []string{"files", "pvc", "pvc/", "pvc/A", "PVC/files", "pv/files", "pvc/files/sub", "pvc/../x", "persistentvolumeclaim/files", "pvc:files", "s3a://bucket"} {
		_, err := local(t, home(), func(o *submitter.Options) { o.StageTo = to }, "job.py")
		if !errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), "expected pvc/NAME") {
			t.Errorf("%s: got %v", to, err)
		}
	}
	files := home()
	files["home/driver.yaml"] = &fstest.MapFile{Data: []byte("spec:\n  volumes:\n  - {name: swage-staged, emptyDir: {}}\n")}
	for _, row := range []struct{ setting, want string }{
		{"spark.kubernetes.file.upload.path=s3a://KEY:secret@bucket/x", "are two places for the files: leave one of them out"},
		{"spark.kubernetes.driver.podTemplateFile=/home/driver.yaml", "has a volume swage-staged for the files: leave one of them out"},
	} {
		_, err := local(t, files, toClaim, "--conf", row.setting, "job.py")
		if !errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), row.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: got %v", row.setting, err)
		}
	}
}

// S22: where the claim is not needed nothing is put on it, and that is said.
func TestS22AClaimThatIsNotNeeded(t *testing.T) {
	for _, row := range []struct{ rule, program, want string }{
		{"small files go by a ConfigMap, in every mode", "job.py", "bytes of files go by a ConfigMap, which the application owns: --stage-to is for more than 900000"},
		{"nothing is there to go", "local:///opt/job.py", "nothing goes to pvc/files"},
	} {
		objects := mustLocal(t, home(), toClaim, row.program)
		if objects.Staging != nil || !strings.Contains(strings.Join(objects.Notes, "\n"), row.want) {
			t.Errorf("%s: %+v, %q", row.rule, objects.Staging, objects.Notes)
		}
	}
}

// S22: each plan has a folder of its own, so that nobody changes what another application reads.
func TestS22AFolderForEachPlan(t *testing.T) {
	folders := map[string]bool{}
	for range 3 {
		folders[mustLocal(t, sized{home()}, func(o *submitter.Options) { toClaim(o); o.Random = nil }, "--files", "lib.py", "job.py").Staging.Claim.Folder] = true
	}
	if len(folders) != 3 {
		t.Errorf("got %v", folders)
	}
}
