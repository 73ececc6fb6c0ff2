package submitter_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"swage.dev/swage/submitter"
)

// S12: spark-env.sh is not executed; where it would have changed something, its user is told.
func TestS12SparkEnv(t *testing.T) {
	files := fstest.MapFS{"c/spark-env.sh": {Data: []byte("#!/bin/sh\nexport SPARK_USER=mallory\n  HADOOP_CONF_DIR=/x\nexport OTHER=1\n# export MASTER=x\nexport SPARK_LOCAL_DIRS=/d\n")}}
	objects := request{files: files, env: map[string]string{"SPARK_CONF_DIR": "/c", "SPARK_LOCAL_DIRS": "/mine"}}.must(t)
	want := "spark-env.sh is not run; it sets SPARK_USER, HADOOP_CONF_DIR: set them in the environment"
	if !slices.Contains(objects.Notes, want) {
		t.Errorf("notes: %q", objects.Notes)
	}
	if env := sparkOf(t, objects).Env[0]; env.Name != "SPARK_USER" || env.Value != "spark" {
		t.Errorf("got %v", env)
	}
}

// S12: patterns in lists of files are the client's to resolve; those elsewhere are left alone.
func TestS12Patterns(t *testing.T) {
	objects := request{args: []string{"--jars", "local:///opt/*.jar,s3a://bucket/*.jar"}}.must(t)
	if got := conf(t, objects)["spark.jars"]; got != "local:///opt/*.jar,s3a://bucket/*.jar" {
		t.Errorf("got %s", got)
	}
	files := fstest.MapFS{"d/a.jar": {}, "d/b.jar": {}}
	for _, pattern := range []string{"/d/*.jar", "file:/d/?.jar", "file:///d/[ab].jar"} {
		got := conf(t, request{args: []string{"--jars", pattern}, files: files}.must(t))["spark.jars"]
		if want := "file:///opt/swage/staged/1/a.jar,file:///opt/swage/staged/2/b.jar"; got != want {
			t.Errorf("%s: got %s", pattern, got)
		}
	}
	for pattern, want := range map[string]string{"/d/*.zip": "no file matches", "/d/[": "cannot be read", "/d/*.jar#x": "only one can be called x"} {
		if _, err := (request{args: []string{"--jars", pattern}, files: files}).plan(t); !errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", pattern, err)
		}
	}
}

func TestS13OwnStepsTakeAJVM(t *testing.T) {
	_, err := request{args: []string{"--conf", "spark.kubernetes.driver.pod.featureSteps=com.example.Step"}}.plan(t)
	if !errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), "com.example.Step") {
		t.Errorf("got %v", err)
	}
}

func TestS14PackagesAreTheDriversToResolve(t *testing.T) {
	objects := request{args: []string{"--packages", "org.example:a:1", "--repositories", "https://r.example.com", "--exclude-packages", "org.example:b"}}.must(t)
	want := map[string]string{
		"spark.jars.packages": "org.example:a:1", "spark.jars.repositories": "https://r.example.com",
		"spark.jars.excludes": "org.example:b", "spark.jars.ivy": "/tmp/.ivy2",
	}
	got := conf(t, objects)
	maps.DeleteFunc(got, func(key, _ string) bool { return want[key] == "" })
	if !maps.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if notes := strings.Join(objects.Notes, "\n"); !strings.Contains(notes, "resolves --packages") {
		t.Errorf("notes: %q", notes)
	}
	kept := request{args: []string{"--packages", "a:b:1", "--conf", "spark.jars.ivy=/ivy"}}.must(t)
	if got := conf(t, kept)["spark.jars.ivy"]; got != "/ivy" {
		t.Errorf("got %s", got)
	}
}

func TestS12User(t *testing.T) {
	for _, row := range []struct {
		env  map[string]string
		want string
	}{
		{map[string]string{"SPARK_USER": "a", "HADOOP_USER_NAME": "b"}, "a"},
		{map[string]string{"HADOOP_USER_NAME": "b"}, "b"},
		{nil, "spark"},
	} {
		if env := sparkOf(t, request{env: row.env}.must(t)).Env[0]; env.Name != "SPARK_USER" || env.Value != row.want {
			t.Errorf("%q: got %v", row.env, env)
		}
	}
}
