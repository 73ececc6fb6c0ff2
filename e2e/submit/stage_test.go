package submit_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/pty"
	"swage.dev/swage/submitter"
)

// claimed makes the claim "files" of a namespace.
func claimed(t *testing.T, namespace string, edit func(*corev1.PersistentVolumeClaim)) {
	t.Helper()
	claim := &corev1.PersistentVolumeClaim{
		ObjectMeta: metav1.ObjectMeta{Name: "files"},
		Spec: corev1.PersistentVolumeClaimSpec{
			AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce}, StorageClassName: new("none"),
			Resources: corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")}},
		},
	}
	if edit != nil {
		edit(claim)
	}
	if _, err := server.Client().CoreV1().PersistentVolumeClaims(namespace).Create(t.Context(), claim, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
}

// large is a file that no ConfigMap takes.
func large(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "large.bin")
	if err := os.WriteFile(path, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// createdIn are the objects of a namespace that an application could have, but those that are being deleted.
func createdIn(t *testing.T, namespace string) (names []string) {
	t.Helper()
	alive := func(kind string, meta metav1.ObjectMeta) {
		if meta.DeletionTimestamp == nil {
			names = append(names, kind+"/"+meta.Name)
		}
	}
	pods, err1 := server.Client().CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{})
	jobs, err2 := server.Client().BatchV1().Jobs(namespace).List(t.Context(), metav1.ListOptions{})
	crons, err3 := server.Client().BatchV1().CronJobs(namespace).List(t.Context(), metav1.ListOptions{})
	maps, err4 := server.Client().CoreV1().ConfigMaps(namespace).List(t.Context(), metav1.ListOptions{})
	for _, err := range []error{err1, err2, err3, err4} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for i := range pods.Items {
		alive("pod", pods.Items[i].ObjectMeta)
	}
	for i := range jobs.Items {
		alive("job", jobs.Items[i].ObjectMeta)
	}
	for i := range crons.Items {
		alive("cronjob", crons.Items[i].ObjectMeta)
	}
	for i := range maps.Items {
		alive("configmap", maps.Items[i].ObjectMeta)
	}
	return names
}

// S22: each thing that keeps files from being put on a claim is one sentence, and nothing was created; in each mode.
func TestS22WhatIsWrongWithAClaim(t *testing.T) {
	for _, row := range []struct {
		rule string
		edit func(*corev1.PersistentVolumeClaim) // nil: there is none
		args []string
		want string
	}{
		{"it is not there", nil, nil, "there is no claim files in namespace "},
		{"nor for a Job", nil, []string{"--retries", "2"}, "there is no claim files in namespace "},
		{"nor for one that others resume", nil, []string{"--suspend"}, "there is no claim files in namespace "},
		{"nor for a dry run", nil, []string{"--dry-run=server"}, "there is no claim files in namespace "},
		{"it can only be read", func(c *corev1.PersistentVolumeClaim) { c.Spec.AccessModes[0] = corev1.ReadOnlyMany }, nil, "it can only be read (ReadOnlyMany)"},
		{"it is a block device", func(c *corev1.PersistentVolumeClaim) { c.Spec.VolumeMode = new(corev1.PersistentVolumeBlock) }, nil, "it is a block device (volumeMode Block)"},
		{"the driver would be refused", func(*corev1.PersistentVolumeClaim) {}, []string{"--conf", "spark.kubernetes.driver.label.team={{NOTHING}}"}, "would be refused, so that no file was sent: "},
		{"its Job would be", func(*corev1.PersistentVolumeClaim) {}, []string{"--retries", "2", "--conf", "spark.kubernetes.driver.label.team={{NOTHING}}"}, "would be refused, so that no file was sent: "},
		{"no pod comes", func(*corev1.PersistentVolumeClaim) {}, []string{"--stage-timeout", "2s"}, "staging files into pvc/files: not done within 2s: its Job has made no pod; --stage-timeout allows for more"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			namespace := server.Namespace(t)
			if row.edit != nil {
				claimed(t, namespace, row.edit)
			}
			args := append([]string{"-n", namespace, "--stage-to", "pvc/files", "--files", large(t)}, append(row.args, pi...)...)
			said, code := swage(t, args...)
			if code != 1 || strings.Count(said, "error: ") != 1 || !strings.Contains(said, row.want) {
				t.Errorf("exit code %d: %s", code, said)
			}
			if left := createdIn(t, namespace); len(left) > 0 {
				t.Errorf("left: %q", left)
			}
		})
	}
}

// S22: a dry run shows what would receive, as the server would store it, and what the driver would see; nothing is created.
func TestS22ADryRunShowsWhatReceives(t *testing.T) {
	namespace := server.Namespace(t)
	claimed(t, namespace, nil)
	for _, kind := range []string{"client", "server"} {
		said, code := swage(t, append([]string{"-n", namespace, "--dry-run=" + kind, "-o", "yaml", "--stage-to", "pvc/files", "--files", large(t)}, pi...)...)
		if code != 0 {
			t.Fatalf("exit code %d: %s", code, said)
		}
		for _, want := range []string{"kind: Job", "stage-pi-py-", "claimName: files", "subPath: spark-upload-", "which only swage sends"} {
			if !strings.Contains(said, want) {
				t.Errorf("%s: nothing says %s: %s", kind, want, said)
			}
		}
	}
	if left := createdIn(t, namespace); len(left) > 0 {
		t.Errorf("left: %q", left)
	}
}

// S22, S24: files of a manifest go to a claim, too, where it makes a Job or a schedule; without a claim they are refused.
func TestS22FilesOfAManifest(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "program.py")
	if err := os.WriteFile(program, []byte(strings.Repeat("#\n", 1<<19)), 0o600); err != nil {
		t.Fatal(err)
	}
	const spec = "type: Python, mode: cluster, sparkVersion: 4.1.2, image: 'spark:4.1.2', mainApplicationFile: program.py, restartPolicy: {type: OnFailure, onFailureRetries: 2}, driver: {}, executor: {}"
	for root, text := range map[string]string{
		"job.batch/":     "kind: SparkApplication\nspec: {" + spec + "}\n",
		"cronjob.batch/": "kind: ScheduledSparkApplication\nspec: {schedule: '@daily', template: {" + spec + "}}\n",
	} {
		manifest := filepath.Join(dir, "app.yaml")
		if err := os.WriteFile(manifest, []byte("apiVersion: sparkoperator.k8s.io/v1beta2\nmetadata: {name: pi}\n"+text), 0o600); err != nil {
			t.Fatal(err)
		}
		planned := func(args ...string) (string, int) {
			cmd := start(t, append([]string{"submit", "-f", manifest, "--approximate", "--dry-run=client"}, args...)...)
			cmd.Dir = dir
			return output(cmd)
		}
		if said, code := planned("--stage-to", "pvc/files"); code != 0 || !strings.Contains(said, "job.batch/stage-pi-") || !strings.Contains(said, "\n"+root+"pi") {
			t.Errorf("exit code %d: %s", code, said)
		}
		if said, code := planned(); code != 2 || !strings.Contains(said, "give --stage-to pvc/NAME") {
			t.Errorf("exit code %d: %s", code, said)
		}
	}
}

// S22: a schedule that exists is told before files are sent for another one.
func TestS22AScheduleThatExists(t *testing.T) {
	namespace := server.Namespace(t)
	claimed(t, namespace, nil)
	schedule := func(args ...string) (string, int) {
		_, said, code := program(t, append([]string{"schedule", "@daily", "--name", "nightly", "--", "-n", namespace}, append(args, pi...)...)...)
		return said, code
	}
	if said, code := schedule(); code != 0 {
		t.Fatalf("exit code %d: %s", code, said)
	}
	if said, code := schedule("--stage-to", "pvc/files", "--files", large(t)); code != 1 || !strings.Contains(said, `"nightly" already exists`) {
		t.Errorf("exit code %d: %s", code, said)
	}
	if left := createdIn(t, namespace); len(left) != 2 { // the schedule's and its configuration
		t.Errorf("left: %q", left)
	}
}

// S22: an interrupt while files are put on a claim removes what receives them, and nothing of the application is there.
func TestS22InterruptedOnTheWayToAClaim(t *testing.T) {
	for rule, args := range map[string][]string{"a driver": nil, "a Job": {"--retries", "2"}} {
		t.Run(rule, func(t *testing.T) {
			namespace := server.Namespace(t)
			claimed(t, namespace, nil)
			words := append([]string{"submit", "-n", namespace, "--stage-to", "pvc/files", "--files", large(t)}, append(args, pi...)...)
			session := pty.Start(t, start(t, words...))
			session.Awaits(t, "to pvc/files", 1)
			patience.Until(t, "the Job", func() error {
				if names := createdIn(t, namespace); len(names) != 1 || !strings.HasPrefix(names[0], "job/stage-") {
					return errNotYet
				}
				return nil
			})
			session.Signal(t, syscall.SIGINT)
			if code := session.Ends(t); code != 130 {
				t.Errorf("exit code %d\n%s", code, session.Shown())
			}
			if left := createdIn(t, namespace); len(left) > 0 {
				t.Errorf("left: %q\n%s", left, session.Shown())
			}
		})
	}
}

// S22: killed on the way, what receives is left, which is a Job that Kubernetes ends and removes; nothing of the application is there.
func TestS22KilledOnTheWayToAClaim(t *testing.T) {
	namespace := server.Namespace(t)
	claimed(t, namespace, nil)
	session := pty.Start(t, start(t, append([]string{"submit", "-n", namespace, "--stage-timeout", "1m", "--stage-to", "pvc/files", "--files", large(t)}, pi...)...))
	patience.Until(t, "the Job", func() error {
		if len(createdIn(t, namespace)) == 0 {
			return errNotYet
		}
		return nil
	})
	session.Signal(t, syscall.SIGKILL)
	session.Ends(t)
	job := jobOf(t, namespace)
	if *job.Spec.ActiveDeadlineSeconds != 90 || *job.Spec.TTLSecondsAfterFinished != 30 || *job.Spec.BackoffLimit != 0 {
		t.Errorf("got %+v", job.Spec)
	}
	if left := createdIn(t, namespace); len(left) != 1 {
		t.Errorf("left: %q", left)
	}
}

// S22: the pod that receives for a claim satisfies Pod Security's level restricted, whoever receives.
func TestS22WhoReceivesIsRestricted(t *testing.T) {
	namespace := server.NamespaceWith(t, map[string]string{"pod-security.kubernetes.io/enforce": "restricted"})
	for _, helper := range []string{"bash", "registry.example.com/swage:1"} {
		o, err := planOptions(t, namespace, nil, append([]string{"--files", large(t)}, pi...)...)
		if err != nil {
			t.Fatal(err)
		}
		o.StageTo, o.HelperImage = "pvc/files", helper
		objects, err := submitter.Plan(o)
		if err != nil {
			t.Fatal(err)
		}
		for _, job := range []*batchv1.Job{objects.Staging.Claim.Job, objects.Staging.Claim.Removal()} {
			pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "stage"}, Spec: job.Spec.Template.Spec}
			if _, err := server.Client().CoreV1().Pods(namespace).Create(t.Context(), pod, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}}); err != nil {
				t.Errorf("%s, %s: %v", helper, job.Name, err)
			}
		}
	}
}

// granted gives a user rights in a namespace.
func granted(t *testing.T, namespace, user string, rules ...rbacv1.PolicyRule) {
	t.Helper()
	role := &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Name: user}, Rules: rules}
	if _, err := server.Client().RbacV1().Roles(namespace).Create(t.Context(), role, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	binding := &rbacv1.RoleBinding{
		ObjectMeta: role.ObjectMeta, Subjects: []rbacv1.Subject{{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: user}},
		RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: role.Name},
	}
	if _, err := server.Client().RbacV1().RoleBindings(namespace).Create(t.Context(), binding, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
}

// S22: with all rights of a submission but that to attach, by the API server's own authorization, files are neither streamed nor put
// on a claim: the right is named, and nothing was created. Small files take none.
func TestS22TheRightToAttachIsMissing(t *testing.T) {
	namespace := server.Namespace(t)
	claimed(t, namespace, nil)
	all := []string{"create", "get", "list", "watch", "patch", "delete"}
	granted(t, namespace, "alice", rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"pods", "services", "configmaps", "secrets", "persistentvolumeclaims"}, Verbs: all},
		rbacv1.PolicyRule{APIGroups: []string{"batch"}, Resources: []string{"jobs", "cronjobs"}, Verbs: all})
	alice := kubeconfigOf(t, "alice")
	file := large(t)
	for _, row := range []struct {
		rule string
		args []string
		want string
	}{
		{"streamed", nil, "which takes the right to create pods/attach in namespace " + namespace},
		{"to a claim", []string{"--stage-to", "pvc/files"}, "files cannot be put on the claim files: rights are missing in namespace " + namespace + ": create pods/attach\n"},
		{"to a claim, for a Job", []string{"--stage-to", "pvc/files", "--retries", "1"}, "files cannot be put on the claim files: rights are missing in namespace " + namespace + ": create pods/attach\n"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			args := append([]string{"--kubeconfig", alice, "-n", namespace, "--files", file}, append(row.args, pi...)...)
			patience.Until(t, "the role to hold", func() error { // until then more is missing
				said, code := swage(t, args...)
				if code != 1 || !strings.Contains(said, "create pods/attach") {
					t.Fatalf("exit code %d: %s", code, said)
				}
				if !strings.Contains(said, row.want) {
					return errNotYet
				}
				return nil
			})
			if left := createdIn(t, namespace); len(left) > 0 {
				t.Errorf("left: %q", left)
			}
		})
	}
	small := filepath.Join(t.TempDir(), "small.txt")
	if err := os.WriteFile(small, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if said, code := swage(t, append([]string{"--kubeconfig", alice, "-n", namespace, "--no-wait", "--files", small}, pi...)...); code != 0 {
		t.Errorf("exit code %d: %s", code, said)
	}
}
