package nodetest

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/product"
)

// ScriptPath is where a manifest finds the script of its job.
const ScriptPath = scriptPath

// SwageManifest submits a manifest with swage -f into the job's namespace, and
// waits until swage has said which driver it made. The job's script is there, its
// settings are not: the manifest says them, but for what makes JVMs small.
func (c *Cluster) SwageManifest(t testing.TB, job Job, manifest string, options ...string) *Waiting {
	t.Helper()
	job.setDefaults()
	command := c.SwageManifestJob(t, job, manifest, append([]string{"--wait"}, options...)...)
	return &Waiting{Run: &Run{cluster: c, job: job, Driver: command.Driver(t)}, command: command}
}

// SwageManifestJob is the same for a manifest whose drivers a Job makes.
func (c *Cluster) SwageManifestJob(t testing.TB, job Job, manifest string, options ...string) *Command {
	t.Helper()
	path, err := product.Program(t.Context(), product.Swage)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "app.yaml")
	if err := os.WriteFile(file, []byte(manifest), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"submit", "-n", job.Namespace, "-f", file}
	for _, setting := range []string{
		"spark.kubernetes.container.image=" + c.Spark.Image, "spark.kubernetes.driver.request.cores=100m", "spark.kubernetes.executor.request.cores=100m",
		"spark.driver.extraJavaOptions=" + quickJVM, "spark.executor.extraJavaOptions=" + quickJVM, "spark.kubernetes.executor.deleteOnTermination=false",
	} {
		args = append(args, "--conf", setting)
	}
	for key, value := range allocation() {
		args = append(args, "--conf", key+"="+value)
	}
	cmd := exec.CommandContext(t.Context(), path, append(args, options...)...)
	cmd.Env = append([]string{"SPARK_CONF_DIR=" + job.confDir(t), "KUBECONFIG=" + c.submitterConfig(t, job.Namespace)}, job.Env...)
	return started(t, cmd)
}

// Secret creates a Secret.
func (c *Cluster) Secret(t testing.TB, namespace, name string, data map[string]string) {
	t.Helper()
	made := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: name}, StringData: data}
	if _, err := c.Client().CoreV1().Secrets(namespace).Create(t.Context(), made, metav1.CreateOptions{}); err != nil {
		t.Fatalf("create the Secret %s: %v", name, err)
	}
}

// Grant gives an account of a namespace the rights of a ClusterRole there.
func (c *Cluster) Grant(t testing.TB, namespace, account, role string) {
	t.Helper()
	binding := &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{GenerateName: role + "-"},
		Subjects:   []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Name: account, Namespace: namespace}},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role},
	}
	if _, err := c.Client().RbacV1().RoleBindings(namespace).Create(t.Context(), binding, metav1.CreateOptions{}); err != nil {
		t.Fatalf("give %s to %s: %v", role, account, err)
	}
}
