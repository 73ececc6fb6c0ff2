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

// S23: each file gets a folder of its own below the path, and Spark is told that place; the pod has nothing of it.
func TestS23UploadedFiles(t *testing.T) {
	const uuid = "spark-upload-00000000-0000-4000-8000-000000000000/"
	for _, to := range []string{"s3a://bucket/some/path", "file:///mnt/shared", "/mnt/shared"} {
		objects := mustLocal(t, sized{home()}, nil, "--conf", "spark.kubernetes.file.upload.path="+to,
			"--archives", "env.zip#env", "--conf", "spark.files=file:///home/my%20data%231.txt#data,local:///opt/x", "job.py")
		if objects.Upload == nil || objects.Staging != nil || objects.Upload.Path != to {
			t.Fatalf("%s: %+v, %+v", to, objects.Upload, objects.Staging)
		}
		var places []string
		for _, f := range objects.Upload.Files {
			places = append(places, f.Place)
		}
		if want := []string{uuid + "job.py", uuid + "my data#1.txt", uuid + "env.zip"}; !slices.Equal(places, want) {
			t.Errorf("%s: %q", to, places)
		}
		got := conf(t, objects)
		for key, want := range map[string]string{
			"spark.files": to + "/" + uuid + "my%20data%231.txt#data,local:///opt/x", "spark.archives": to + "/" + uuid + "env.zip#env",
		} {
			if got[key] != want {
				t.Errorf("%s is %s, want %s", key, got[key], want)
			}
		}
		if args := sparkOf(t, objects).Args; !slices.Contains(args, to+"/"+uuid+"job.py") {
			t.Errorf("%q", args)
		}
		for _, v := range objects.Driver.Spec.Volumes {
			if v.Name == "swage-staged" {
				t.Error("the pod has a volume for what is not staged")
			}
		}
	}
}

// S23: the place is the same for every driver, so that a Job may make them.
func TestS23JobsMayUpload(t *testing.T) {
	objects := mustLocal(t, sized{home()}, func(o *submitter.Options) { o.Job = &submitter.JobOptions{Retries: 2} },
		"--conf", "spark.kubernetes.file.upload.path=s3a://bucket/path", "--class", "Main", "app.jar")
	if objects.Upload == nil || objects.Job == nil {
		t.Errorf("%+v", objects.Upload)
	}
}

// S23: keys in the path would be in all that is told of it, from the first line of a dry run on: they are refused, and not shown.
func TestS23KeysInThePathAreNotShown(t *testing.T) {
	for _, place := range []string{"s3a://AKIA:hunter2@bucket/path", "s3a://AKIA:hun/ter2@bucket/path", "s3a://hunter2@bucket"} {
		_, err := local(t, home(), nil, "--conf", "spark.kubernetes.file.upload.path="+place, "job.py")
		if !errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), "expected s3a://BUCKET/PATH, and keys by") || strings.Contains(err.Error(), "hun") {
			t.Errorf("%s: %v", place, err)
		}
	}
	for _, place := range []string{"s3a://", "s3a:///path"} {
		_, err := local(t, home(), nil, "--conf", "spark.kubernetes.file.upload.path="+place, "job.py")
		if !errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), place+": expected s3a://BUCKET/PATH") {
			t.Errorf("%s: %v", place, err)
		}
	}
	mustLocal(t, home(), nil, "--conf", "spark.kubernetes.file.upload.path=s3a://bucket/who@where:1", "job.py")
}

// S23: file systems that take Hadoop's clients are refused by name, and streaming is offered. Nothing is asked where nothing is local.
func TestS23WhatTakesJava(t *testing.T) {
	for place, want := range map[string]string{
		"hdfs://nn:8020/tmp": "hdfs:// takes Hadoop's Java client", "gs://b/p": "gs://", "abfss://c@a.dfs.core.windows.net/p": "abfss://", "s3://b/p": "s3a:// for S3",
	} {
		_, err := local(t, home(), nil, "--conf", "spark.kubernetes.file.upload.path="+place, "job.py")
		if !errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "streamed") {
			t.Errorf("%s: %v", place, err)
		}
		mustLocal(t, home(), nil, "--conf", "spark.kubernetes.file.upload.path="+place, "local:///opt/job.py")
	}
	if objects := mustLocal(t, home(), nil, "--conf", "spark.kubernetes.file.upload.path=", "job.py"); objects.Upload != nil {
		t.Error("an empty path is none")
	}
}

// S23: how the store is reached comes from where the driver's s3a takes it; other settings of Hadoop are nobody's business.
func TestS23HadoopSettings(t *testing.T) {
	files := home()
	files["hadoop/core-site.xml"] = &fstest.MapFile{Data: []byte(`<configuration>
		<property><name>fs.s3a.endpoint</name><value>https://files</value></property>
		<property><name>fs.s3a.access.key</name><value>of-the-file</value></property>
		<property><name>fs.defaultFS</name><value>hdfs://x</value></property></configuration>`)}
	objects := mustLocal(t, files, func(o *submitter.Options) {
		o.Env = func(name string) (string, bool) { return "/hadoop", name == "HADOOP_CONF_DIR" }
	}, "--conf", "spark.kubernetes.file.upload.path=s3a://b/p", "--conf", "spark.hadoop.fs.s3a.access.key=of-the-line", "--conf", "spark.hadoop.fs.gs.x=y", "job.py")
	want := map[string]string{"fs.s3a.endpoint": "https://files", "fs.s3a.access.key": "of-the-line"}
	if !maps.Equal(objects.Upload.Hadoop, want) {
		t.Errorf("got %q", objects.Upload.Hadoop)
	}
}
