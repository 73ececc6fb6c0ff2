package nodetest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// Run is a job that was submitted.
type Run struct {
	cluster *Cluster
	job     Job
	// Driver is the name of its pod.
	Driver string
}

// Submit runs a real spark-submit in cluster mode and returns when it has
// created the driver.
func (c *Cluster) Submit(t testing.TB, job Job) *Run {
	t.Helper()
	said, err := c.TrySubmit(t, job)
	if err != nil {
		t.Fatalf("spark-submit: %v\n%s", err, said)
	}
	return c.runOf(t, job, said)
}

func (c *Cluster) runOf(t testing.TB, job Job, said string) *Run {
	t.Helper()
	// "... and submission ID <namespace>:<pod> into Kubernetes"
	found := regexp.MustCompile(`submission ID [^: ]+:(\S+) into Kubernetes`).FindStringSubmatch(said)
	if found == nil {
		t.Fatalf("spark-submit does not say which driver it made:\n%s", said)
	}
	return &Run{cluster: c, job: job, Driver: found[1]}
}

// TrySubmit is Submit for jobs that may be refused. It returns what
// spark-submit said.
func (c *Cluster) TrySubmit(t testing.TB, job Job) (string, error) {
	t.Helper()
	job.setDefaults()
	conf := job.confDir(t)
	cmd := exec.CommandContext(t.Context(), filepath.Join(c.Spark.Home, "bin", "spark-submit"), job.args(c)...)
	cmd.Dir = conf
	cmd.Env = append(os.Environ(), append([]string{
		"SPARK_HOME=" + c.Spark.Home, "SPARK_CONF_DIR=" + conf, "KUBECONFIG=" + c.submitterConfig(t, job.Namespace),
		"SPARK_LOCAL_IP=127.0.0.1", "SPARK_SUBMIT_OPTS=" + quickJVM, "PYTHONDONTWRITEBYTECODE=1",
	}, job.Env...)...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// confDir is the submitter's configuration folder, with the script in it.
func (j *Job) confDir(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	j.WriteScript(t, filepath.Join(dir, scriptName))
	return dir
}

// WriteScript writes the script to a file, with what it is made of.
func (j *Job) WriteScript(t testing.TB, path string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(prelude+"\n"+j.Script), 0o600); err != nil {
		t.Fatal(err)
	}
}

// submitterConfig is the kubeconfig of the account that submits.
func (c *Cluster) submitterConfig(t testing.TB, namespace string) string {
	t.Helper()
	config := clientcmdapi.NewConfig()
	config.Clusters["test"] = &clientcmdapi.Cluster{Server: c.Config().Host, CertificateAuthorityData: c.Config().CAData}
	config.AuthInfos[Submitter] = &clientcmdapi.AuthInfo{Token: c.token(t, namespace)}
	config.Contexts["test"] = &clientcmdapi.Context{Cluster: "test", AuthInfo: Submitter, Namespace: namespace}
	config.CurrentContext = "test"
	path := filepath.Join(t.TempDir(), "kubeconfig")
	if err := clientcmd.WriteToFile(*config, path); err != nil {
		t.Fatal(err)
	}
	return path
}

// log is a container's log until now.
func (c *Cluster) log(ctx context.Context, namespace, pod, container string) (string, error) {
	out, err := c.Client().CoreV1().Pods(namespace).GetLogs(pod, &corev1.PodLogOptions{Container: container}).DoRaw(ctx)
	return string(out), err
}
