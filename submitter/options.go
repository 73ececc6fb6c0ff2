package submitter

import (
	"crypto/rand"
	"io"
	"io/fs"
	"time"

	"swage.dev/swage/submitter/commandline"
	"swage.dev/swage/submitter/shapehere"
)

// Options are the inputs of a plan. Of all fields only Line is required.
type Options struct {
	// Line is the command line, as commandline.Parse read it.
	Line *commandline.Line

	// SparkVersion is the image's version of Spark. Default: that of
	// $SPARK_HOME, else the image's tag if it is a version, else AssumedVersion
	// with a note.
	SparkVersion string

	// Server finds the API server of a context of the kubeconfig, of the current
	// one for "": a URL without k8s://, or "" when there is none. It is asked
	// where no --master, spark.master or $MASTER says it. Default: there is none.
	Server func(context string) (string, error)

	// Namespace is where the objects go. Default: spark.kubernetes.namespace,
	// else "default". One that differs from that setting is an error.
	Namespace string

	// ConfIn says what holds the driver's configuration. Default ConfAuto.
	ConfIn ConfIn

	// ExecutorsBy says who makes the executors. Default ByAuto.
	ExecutorsBy ExecutorsBy

	// Gang makes the executors with the driver, all or none of them, before any
	// pod may run: for schedulers that place them together. Refused where the
	// driver makes the executors. Default false.
	Gang bool

	// Job wants the driver to be retried, limited in time or removed by
	// Kubernetes. Default: nothing of that.
	Job *JobOptions

	// Schedule runs the application again and again. Job then says how each run
	// goes. Default: it runs once, now.
	Schedule *ScheduleOptions

	// Shell makes the driver an interactive shell: Line then names no program.
	// Default: it runs the program.
	Shell *ShellOptions

	// HelperImage has the program that waits for the driver before an executor
	// that the plan makes begins, HelperBash or HelperNone. Default: the setting
	// spark.swage.helperImage, else HelperBash.
	HelperImage string

	// DriverTimeout is how long an executor waits for the name of a driver that
	// has not started. Default 15 minutes.
	DriverTimeout time.Duration

	// Tokens obtains delegation tokens, for an application that proves by them who
	// it is; a plan asks at most once, and not if it is for reading only. Default:
	// nobody does, and what only they would let in is refused.
	Tokens func(TokenRequest) (Tokens, error)

	// StageTimeout is how long files of the client that are streamed into the driver's pod, or to a claim, may take, from the pod's
	// start on. Default 10 minutes.
	StageTimeout time.Duration

	// StageTo is pvc/NAME: a claim that exists, which files of the client go to when they are too large for a ConfigMap, for drivers
	// that nobody streams to. Default: they are streamed.
	StageTo string

	// Redact replaces the values of secret settings and the contents of secret
	// files before anything is built. The objects then are for reading only.
	// Default false.
	Redact bool

	// Templates shape the pods of the plan before they are created, and those of
	// executors that the driver makes by way of their pod template (S19).
	// Default: nobody shapes, or the webhook does.
	Templates *shapehere.Templates

	// Given are pod templates and objects that come with the command line, as a
	// manifest has them. Default: none.
	Given Given

	// Env looks up variables of the client's environment. Default: none is set.
	Env func(name string) (value string, set bool)

	// Files is the client's file system, rooted at "/". Default: an empty one.
	Files fs.FS

	// Dir is the absolute folder that relative names begin in. Default "/".
	Dir string

	// User is SPARK_USER of the pods where the environment does not say it: the
	// name of whoever submits. Default "spark".
	User string

	// Now is the clock. Default time.Now.
	Now func() time.Time

	// Random is the source of ids. Default crypto/rand.Reader.
	Random io.Reader
}

// ConfIn is a kind of object that can hold the driver's configuration.
type ConfIn string

// What can hold the driver's configuration.
const (
	// ConfAuto is a Secret where a setting is secret, else a ConfigMap.
	ConfAuto ConfIn = ""
	// ConfInConfigMap is what spark-submit does.
	ConfInConfigMap ConfIn = "configmap"
	// ConfInSecret hides the configuration from those who may read ConfigMaps only.
	ConfInSecret ConfIn = "secret"
)

func (o Options) withDefaults() Options {
	if o.Env == nil {
		o.Env = func(string) (string, bool) { return "", false }
	}
	if o.Files == nil {
		o.Files = noFiles{}
	}
	if o.Server == nil {
		o.Server = func(string) (string, error) { return "", nil }
	}
	if o.Dir == "" {
		o.Dir = "/"
	}
	if o.DriverTimeout == 0 {
		o.DriverTimeout = driverTimeout
	}
	if o.StageTimeout == 0 {
		o.StageTimeout = stageTimeout
	}
	if o.User == "" {
		o.User = "spark"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	return o
}

type noFiles struct{}

func (noFiles) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}
