package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"

	"swage.dev/swage/submitter/submittertest"
)

// recorder keeps what one version's spark-submit does with each case.
type recorder struct {
	home, version, testdata string

	// drivers is to run the cases' drivers too, and to keep what they make.
	drivers bool
}

// cases is the folder of the cases.
func (r *recorder) cases() string {
	if r.drivers {
		return filepath.Join(r.testdata, "executors", "cases")
	}
	return filepath.Join(r.testdata, "cases")
}

func (r *recorder) run(ctx context.Context, cases []string) error {
	if len(cases) == 0 {
		all, err := submittertest.ReadCases(r.cases())
		if err != nil {
			return err
		}
		for _, c := range all {
			cases = append(cases, c.Name)
		}
	}
	for _, name := range cases {
		if err := r.record(ctx, name); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// record writes NAME.yaml with the objects, or NAME.refused with the reason.
func (r *recorder) record(ctx context.Context, name string) error {
	c, err := submittertest.ReadCase(r.cases(), name)
	if err != nil {
		return err
	}
	if r.drivers {
		return r.recordDriver(ctx, c)
	}
	server := &notes{}
	listening := httptest.NewServer(server)
	defer listening.Close()
	said, err := r.submit(ctx, listening.URL, c)
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		return err
	}
	base := filepath.Join(r.testdata, "spark-submit", r.version, name)
	if err != nil {
		_ = os.Remove(base + ".yaml")
		return os.WriteFile(base+".refused", []byte(reason(said)), 0o644)
	}
	_ = os.Remove(base + ".refused")
	return os.WriteFile(base+".yaml", server.yaml(), 0o644)
}

func (r *recorder) submit(ctx context.Context, url string, c submittertest.Case) (said string, err error) {
	home, err := filepath.Abs(r.home)
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, filepath.Join(home, "bin", "spark-submit"))
	cmd.Dir = filepath.Join(r.testdata, "cases")
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=/nonexistent", "SPARK_HOME=" + home, "SPARK_LOCAL_IP=127.0.0.1", "LC_ALL=C.UTF-8", quickStart}
	cmd.Args = append(cmd.Args, "--master", "k8s://"+url, "--deploy-mode", "cluster", "--conf", "spark.kubernetes.submission.waitAppCompletion=false")
	cmd.Args = append(cmd.Args, c.Args...)
	for variable, value := range c.Env {
		cmd.Env = append(cmd.Env, variable+"="+value)
	}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err = cmd.Run()
	return out.String(), err
}

var exception = regexp.MustCompile(`(?m)^(?:Exception in thread "main" [\w.$]+(?:Exception|Error): |Error: |Exception in thread "main" )(.*)$`)

// reason is the sentence by which spark-submit refused, or all that it said.
func reason(said string) string {
	if found := exception.FindStringSubmatch(said); found != nil {
		return found[1] + "\n"
	}
	return said
}
