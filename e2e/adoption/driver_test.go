//go:build node

package adoption_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/await"
	"swage.dev/swage/e2e/spark"
	"swage.dev/swage/submitter"
)

// account is the driver's.
const account = "spark"

// patience lasts ten times what a JVM takes to start beside others.
var patience = await.Patience{Every: 100 * time.Millisecond, Timeout: 4 * time.Minute}

// program runs until somebody writes the file "end".
const program = `
import os, time
from pyspark import SparkContext
sc = SparkContext()
print("READY", flush=True)
while not os.path.exists("end"):
    time.sleep(0.1)
sc.stop()
`

// runDriver runs the driver of a plan on this machine, with the configuration
// that the plan gives it, and returns when its program has begun. It ends with the test.
func runDriver(t *testing.T, made *spark.Spark, objects *submitter.Objects) {
	t.Helper()
	dir := t.TempDir()
	put := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	settings := []string{
		"spark.kubernetes.driver.master=" + server.Config().Host,
		"spark.kubernetes.authenticate.driver.mounted.oauthTokenFile=" + put("token", token(t, objects.Namespace)),
		"spark.kubernetes.authenticate.driver.mounted.caCertFile=" + put("ca.crt", string(server.Config().CAData)),
		// The Service's name and ports mean nothing outside of a cluster.
		"spark.driver.host=127.0.0.1", "spark.driver.bindAddress=127.0.0.1", "spark.driver.port=0", "spark.driver.blockManager.port=0",
		"spark.ui.enabled=false",
		// Nobody will register: there are no JVMs in the executors' pods.
		"spark.scheduler.maxRegisteredResourcesWaitingTime=5s",
	}
	args := []string{"--deploy-mode", "client", "--properties-file", put("spark.properties", properties(t, objects))}
	for _, setting := range settings {
		args = append(args, "--conf", setting)
	}
	log := put("driver.log", "")
	start(t, made, dir, log, append(args, put("program.py", program)))
	patience.Until(t, "the driver's program to begin", func() error {
		text, err := os.ReadFile(log)
		if err == nil && !strings.Contains(string(text), "READY") {
			err = fmt.Errorf("it has said: %s", text[max(0, len(text)-2000):])
		}
		return err
	})
}

func start(t *testing.T, made *spark.Spark, dir, log string, args []string) {
	t.Helper()
	out, err := os.OpenFile(log, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), filepath.Join(made.Home, "bin", "spark-submit"), args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, out, out
	cmd.Env = append(os.Environ(), "SPARK_HOME="+made.Home, "SPARK_CONF_DIR="+dir, "SPARK_LOCAL_IP=127.0.0.1", "SPARK_LOCAL_DIRS="+dir, "PYTHONDONTWRITEBYTECODE=1")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = os.WriteFile(filepath.Join(dir, "end"), nil, 0o600)
		_ = cmd.Wait() // the test's context has ended: it is killed, if it is still there
		out.Close()
	})
}

// properties are what the plan tells the driver.
func properties(t *testing.T, objects *submitter.Objects) string {
	t.Helper()
	for _, o := range objects.Owned {
		if config, ok := o.(*corev1.ConfigMap); ok && config.Data["spark.properties"] != "" && config.Labels == nil {
			return config.Data["spark.properties"]
		}
	}
	t.Fatal("the plan has no configuration of the driver")
	return ""
}

// prepare makes the account of a driver that may do what Spark's documentation asks for.
func prepare(t *testing.T, namespace string) {
	t.Helper()
	meta := metav1.ObjectMeta{Name: account}
	core, rbac := server.Client().CoreV1(), server.Client().RbacV1()
	_, err1 := core.ServiceAccounts(namespace).Create(t.Context(), &corev1.ServiceAccount{ObjectMeta: meta}, metav1.CreateOptions{})
	_, err2 := rbac.Roles(namespace).Create(t.Context(), &rbacv1.Role{ObjectMeta: meta, Rules: []rbacv1.PolicyRule{
		{APIGroups: []string{""}, Resources: []string{"pods", "configmaps", "services", "persistentvolumeclaims"}, Verbs: []string{"*"}},
	}}, metav1.CreateOptions{})
	_, err3 := rbac.RoleBindings(namespace).Create(t.Context(), &rbacv1.RoleBinding{
		ObjectMeta: meta, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: account},
		Subjects: []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Name: account, Namespace: namespace}},
	}, metav1.CreateOptions{})
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
}

func token(t *testing.T, namespace string) string {
	t.Helper()
	made, err := server.Client().CoreV1().ServiceAccounts(namespace).CreateToken(t.Context(), account, &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return made.Status.Token
}
