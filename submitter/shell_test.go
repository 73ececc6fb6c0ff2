package submitter_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/commandline"
)

func planShell(t *testing.T, shell submitter.ShellOptions, args ...string) (*submitter.Objects, error) {
	t.Helper()
	line, err := commandline.Parse(append([]string{"--master", "k8s://https://outside:6443", "--conf", "spark.kubernetes.container.image=spark:4.1.2"}, args...))
	if err != nil {
		t.Fatal(err)
	}
	return submitter.Plan(submitter.Options{Line: line, Shell: &shell})
}

func mustPlanShell(t *testing.T, shell submitter.ShellOptions, args ...string) *submitter.Objects {
	t.Helper()
	objects, err := planShell(t, shell, args...)
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

// S25: a Job runs the shell once, for 12 hours at most, and is gone a minute after its end.
func TestS25TheJobOfAShell(t *testing.T) {
	for _, row := range []struct {
		max      time.Duration
		deadline int64
	}{{0, 12 * 60 * 60}, {90 * time.Minute, 90 * 60}} {
		spec := mustPlanShell(t, submitter.ShellOptions{Language: "scala", MaxTime: row.max}).Job.Spec
		if *spec.BackoffLimit != 0 || *spec.TTLSecondsAfterFinished != 60 || *spec.ActiveDeadlineSeconds != row.deadline {
			t.Errorf("backoff %d, ttl %d, deadline %d", *spec.BackoffLimit, *spec.TTLSecondsAfterFinished, *spec.ActiveDeadlineSeconds)
		}
		if spec.PodFailurePolicy != nil || spec.Template.Spec.RestartPolicy != corev1.RestartPolicyNever {
			t.Error("a shell that was taken away would begin again, with nobody attached")
		}
	}
}

// S25: stdin and stdinOnce, and a terminal where a person is at one.
func TestS25TheContainerOfAShell(t *testing.T) {
	for _, tty := range []bool{true, false} {
		c := sparkOf(t, mustPlanShell(t, submitter.ShellOptions{Language: "python", Terminal: tty, TerminalType: "screen"}))
		if !c.Stdin || !c.StdinOnce || c.TTY != tty {
			t.Errorf("terminal %t: stdin %t, stdinOnce %t, tty %t", tty, c.Stdin, c.StdinOnce, c.TTY)
		}
		if got := valueOf(c, "TERM"); (got == "screen") != tty {
			t.Errorf("terminal %t: TERM is %q", tty, got)
		}
	}
	c := sparkOf(t, mustPlanShell(t, submitter.ShellOptions{Language: "python", Terminal: true, TerminalType: "xterm-kitty"}))
	if got := valueOf(c, "TERM"); got != "" {
		t.Errorf("a terminal that images do not know: TERM is %q", got)
	}
}

func valueOf(c *corev1.Container, name string) string {
	for _, variable := range c.Env {
		if variable.Name == name {
			return variable.Value
		}
	}
	return ""
}

// S25: a shell is a driver as any other: it has Spark's labels, so that templates reach it, an id, and its configuration; but it has no
// Service, executors find it by its pod's IP, and they belong to its pod, whose name only Kubernetes knows.
func TestS25AShellIsADriver(t *testing.T) {
	objects := mustPlanShell(t, submitter.ShellOptions{Language: "sql", Terminal: true}, "--name", "My shell")
	labels := objects.Job.Spec.Template.Labels
	if labels["spark-role"] != "driver" || labels["spark-app-name"] != "my-shell" || labels["spark-app-selector"] != objects.AppID || objects.AppID == "" {
		t.Errorf("labels %v of the application %q", labels, objects.AppID)
	}
	for _, object := range objects.Owned {
		if kind := object.GetObjectKind().GroupVersionKind().Kind; kind == "Service" {
			t.Error("it has a Service")
		}
	}
	if objects.Executors != nil {
		t.Error("executors are made besides a shell")
	}
	if objects.Server != "https://outside:6443" {
		t.Errorf("the server is %s", objects.Server)
	}
}

// S25: Spark's own settings are those of a driver in its pod, and what only Kubernetes knows comes by the command line.
func TestS25TheSettingsOfAShell(t *testing.T) {
	objects := mustPlanShell(t, submitter.ShellOptions{Language: "sql", Terminal: true}, "--name", "My shell", "--num-executors", "3")
	settings := objects.Settings()
	for key, want := range map[string]string{
		"spark.master": "k8s://https://kubernetes.default.svc", "spark.submit.deployMode": "client", "spark.app.id": objects.AppID,
		"spark.executor.instances": "3", "spark.driver.port": "7078", "spark.driver.blockManager.port": "7079", "spark.app.name": "My shell",
		"spark.kubernetes.driver.pod.name": "", "spark.driver.host": "", "spark.kubernetes.submitInDriver": "true",
	} {
		if settings[key] != want {
			t.Errorf("%s=%s, expected %s", key, settings[key], want)
		}
	}
	args := strings.Join(sparkOf(t, objects).Args, " ")
	for _, part := range []string{
		"spark.driver.host=$(SPARK_DRIVER_BIND_ADDRESS)", "spark.driver.bindAddress=$(SPARK_DRIVER_BIND_ADDRESS)", "spark.kubernetes.driver.pod.name=$(POD_NAME)",
		"--properties-file /opt/spark/conf/spark.properties", "--name My shell",
	} {
		if !strings.Contains(args, part) {
			t.Errorf("%s is not among %s", part, args)
		}
	}
}

// S25: each language is a program of Spark's; where nobody types, the program's text is taken for one.
func TestS25Languages(t *testing.T) {
	for _, row := range []struct {
		language, program string
		piped             string // among the arguments or variables, where nobody types
	}{{"scala", "spark-shell", ""}, {"python", "pyspark", "sys.stdin.read()"}, {"sql", "spark-sql", "/dev/stdin"}} {
		typed := sparkOf(t, mustPlanShell(t, submitter.ShellOptions{Language: row.language, Terminal: true}))
		piped := sparkOf(t, mustPlanShell(t, submitter.ShellOptions{Language: row.language}))
		own := sparkOf(t, mustPlanShell(t, submitter.ShellOptions{Language: row.language, Args: []string{"-e", "x"}}))
		for _, c := range []*corev1.Container{typed, piped, own} {
			if !slices.Contains(c.Args, row.program) {
				t.Errorf("%s: %q", row.language, c.Args)
			}
		}
		if row.piped != "" && !strings.Contains(wordsOf(piped), row.piped) || row.piped != "" && strings.Contains(wordsOf(typed), row.piped) {
			t.Errorf("%s: typed %s\npiped %s", row.language, wordsOf(typed), wordsOf(piped))
		}
		if last := own.Args[len(own.Args)-2:]; last[0] != "-e" || last[1] != "x" {
			t.Errorf("%s: %q", row.language, own.Args)
		}
	}
}

func wordsOf(c *corev1.Container) string {
	return strings.Join(c.Args, " ") + valueOf(c, "PYSPARK_DRIVER_PYTHON_OPTS")
}

// Defaults that are for programs do not keep a shell from starting; what was asked of the shell itself and cannot be is refused.
func TestS25WhatAShellIsNot(t *testing.T) {
	for _, row := range []struct {
		rule, says string
		shell      submitter.ShellOptions
		args       []string
	}{
		{"a language", `no shell for "r": expected scala, python, sql`, submitter.ShellOptions{Language: "r"}, nil},
		{"a program", "a shell takes no program", submitter.ShellOptions{Language: "sql"}, []string{"local:///job.py"}},
		{"a class", "no main class", submitter.ShellOptions{Language: "sql"}, []string{"--class", "Main"}},
		{"cluster mode", "Cluster deploy mode is not applicable", submitter.ShellOptions{Language: "sql"}, []string{"--deploy-mode", "cluster"}},
		{"a pod's name", "spark.kubernetes.driver.pod.name", submitter.ShellOptions{Language: "sql"}, []string{"--conf", "spark.kubernetes.driver.pod.name=mine"}},
		{"a bind address", "spark.driver.bindAddress", submitter.ShellOptions{Language: "sql"}, []string{"--conf", "spark.driver.bindAddress=::"}},
		{"part of a second", "--max-time", submitter.ShellOptions{Language: "sql", MaxTime: 1500 * time.Millisecond}, nil},
		{"no time", "--max-time", submitter.ShellOptions{Language: "sql", MaxTime: -time.Second}, nil},
	} {
		if _, err := planShell(t, row.shell, row.args...); !errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), row.says) {
			t.Errorf("%s: %v", row.rule, err)
		}
	}
	line, err := commandline.Parse([]string{"--master", "k8s://h", "--conf", "spark.kubernetes.container.image=i:4.1.2"})
	if err != nil {
		t.Fatal(err)
	}
	env := func(name string) (string, bool) {
		mode, set := map[string]string{"DEPLOY_MODE": "cluster"}[name]
		return mode, set
	}
	if _, err := submitter.Plan(submitter.Options{Line: line, Env: env, Shell: &submitter.ShellOptions{Language: "sql"}}); err != nil {
		t.Errorf("cluster mode by default: %v", err)
	}
	if _, err := submitter.Plan(submitter.Options{Line: line, Job: &submitter.JobOptions{Retries: 1}, Shell: &submitter.ShellOptions{Language: "sql"}}); !errors.Is(err, submitter.ErrRefused) {
		t.Errorf("retries: %v", err)
	}
}
