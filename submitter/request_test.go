package submitter_test

import (
	"cmp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/commandline"
	"swage.dev/swage/submitter/properties"
	"swage.dev/swage/submitter/shapehere"
)

// request is a plan's inputs in few words: a Pi in an image without a version in its tag.
type request struct {
	args      []string
	env       map[string]string
	files     fstest.MapFS
	version   string
	server    string
	namespace string
	confIn    submitter.ConfIn
	redact    bool
	noMaster  bool
	image     string
	executors submitter.ExecutorsBy
	templates *shapehere.Templates
	gang      bool
	helper    string
	timeout   time.Duration
}

func (r request) plan(t *testing.T) (*submitter.Objects, error) {
	t.Helper()
	return submitter.Plan(r.options(t))
}

// options are a plan's. Executors are the driver's business unless the request says otherwise.
func (r request) options(t *testing.T) submitter.Options {
	t.Helper()
	args := []string{"--conf", "spark.kubernetes.container.image=" + strings.Clone(firstNonEmpty(r.image, "spark"))}
	if !r.noMaster {
		args = append(args, "--master", "k8s://https://api.example.com")
	}
	line, err := commandline.Parse(append(append(args, r.args...), pi))
	if err != nil {
		t.Fatal(err)
	}
	return submitter.Options{
		Server: func(context string) (string, error) { return strings.ReplaceAll(r.server, "CONTEXT", context), nil },
		Line:   line, SparkVersion: r.version, Namespace: r.namespace, ConfIn: r.confIn, Redact: r.redact, ExecutorsBy: cmp.Or(r.executors, submitter.ByDriver), Templates: r.templates,
		Gang: r.gang, HelperImage: r.helper, DriverTimeout: r.timeout,
		Env: func(name string) (string, bool) { value, set := r.env[name]; return value, set }, Files: r.files,
	}
}

func firstNonEmpty(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func (r request) must(t *testing.T) *submitter.Objects {
	t.Helper()
	objects, err := r.plan(t)
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

// conf is the settings that the driver will read.
func conf(t *testing.T, objects *submitter.Objects) map[string]string {
	t.Helper()
	for _, o := range objects.Owned {
		text := ""
		switch o := o.(type) {
		case *corev1.ConfigMap:
			text = o.Data["spark.properties"]
		case *corev1.Secret:
			text = string(o.Data["spark.properties"])
		}
		if text != "" {
			all, err := properties.Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			return all
		}
	}
	t.Fatal("no configuration")
	return nil
}

func sparkOf(t *testing.T, objects *submitter.Objects) *corev1.Container {
	t.Helper()
	containers := objects.Driver.Spec.Containers
	return &containers[len(containers)-1]
}
