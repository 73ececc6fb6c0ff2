//go:build node

package sidebyside

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"swage.dev/swage/e2e/product"
	"swage.dev/swage/submitter/submittertest"
)

// submitter is one of the two programs: what of its command line comes before
// what both have.
type submitter struct {
	name    string
	command []string
}

func both(t *testing.T, home string) [2]submitter {
	t.Helper()
	swage, err := product.Program(t.Context(), product.Swage)
	if err != nil {
		t.Fatal(err)
	}
	return [2]submitter{{"spark-submit", []string{filepath.Join(home, "bin", "spark-submit")}}, {"swage submit", []string{swage, "submit", "--executors-by", "driver"}}}
}

// submit runs a program with a case. It returns what it said, and whether it
// refused or the API server did.
func (s submitter) submit(ctx context.Context, home, kubeconfig, namespace string, c submittertest.Case) (said string, refused bool, err error) {
	args := append(s.command[1:len(s.command):len(s.command)],
		"--master", "k8s://"+server.Config().Host, "--deploy-mode", "cluster",
		"--conf", "spark.kubernetes.submission.waitAppCompletion=false", "--conf", "spark.kubernetes.namespace="+namespace)
	cmd := exec.CommandContext(ctx, s.command[0], append(args, c.Args...)...)
	cmd.Dir = filepath.Join(testdata, "cases")
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=/nonexistent", "LC_ALL=C.UTF-8", "KUBECONFIG=" + kubeconfig,
		"SPARK_HOME=" + home, "SPARK_LOCAL_IP=127.0.0.1",
		// A program that runs for seconds compiles once and badly.
		"JDK_JAVA_OPTIONS=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
	}
	for name, value := range c.Env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err = cmd.Run()
	var failed *exec.ExitError
	if errors.As(err, &failed) && failed.Exited() {
		return out.String(), true, nil
	}
	return out.String(), false, err
}
