package submitter_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/properties"
	"swage.dev/swage/submitter/shapehere"
	"swage.dev/swage/submitter/submittertest"
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

func (r request) options(t *testing.T) submitter.Options {
	t.Helper()
	asked := submittertest.Request{
		Args: r.args, Image: r.image, Version: r.version, Executors: r.executors, Gang: r.gang, Templates: r.templates,
	}
	if r.noMaster {
		asked.Master = "-"
	}
	o := asked.Options(t)
	o.Server = func(context string) (string, error) { return strings.ReplaceAll(r.server, "CONTEXT", context), nil }
	o.Namespace, o.ConfIn, o.Redact, o.HelperImage, o.DriverTimeout = r.namespace, r.confIn, r.redact, r.helper, r.timeout
	o.Env, o.Files = func(name string) (string, bool) { value, set := r.env[name]; return value, set }, r.files
	return o
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
