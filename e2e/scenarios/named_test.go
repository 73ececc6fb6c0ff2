//go:build node

package scenarios_test

import (
	"testing"

	"swage.dev/swage/e2e/nodetest"
	"swage.dev/swage/podtemplate"
)

// mark is a template that a job can tell it got.
func mark(name, value string) string {
	return "spec: {containers: [{name: spark, env: [{name: " + name + ", value: \"" + value + "\"}]}]}"
}

// R8: the driver asks, by an annotation; its executors get the same.
func TestExecutorsInheritNamedTemplates(t *testing.T) {
	t.Parallel()
	namespace := cluster.Namespace(t)
	cluster.Template(t, namespace, "gpu", podtemplate.Named, map[string]string{"pod.yaml": mark("GPU", "asked-for")})
	cluster.Template(t, namespace, "other", podtemplate.Named, map[string]string{"pod.yaml": mark("OTHER", "not-asked-for")})
	run := cluster.Submit(t, nodetest.Job{
		Namespace: namespace,
		Conf:      map[string]string{"spark.kubernetes.driver.annotation." + podtemplate.TemplatesAnnotation: "gpu"},
		Script: `
look = lambda: [os.environ.get("GPU"), os.environ.get("OTHER")]
tell("driver", look())
tell("executors", on_executors(sc, 1, look))
`,
	})
	run.Succeeds(t)
	told := run.Told(t)
	told.Want(t, "driver", []any{"asked-for", nil})
	told.Want(t, "executors", map[string]any{"1": []any{"asked-for", nil}})
}
