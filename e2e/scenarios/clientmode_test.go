//go:build node

package scenarios_test

import (
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/nodetest"
	"swage.dev/swage/podtemplate"
)

// A notebook's way: a pod that is no driver of spark-submit's runs pyspark. Its
// executors are shaped, by what it asks for too (R8), and go with it.
func TestClientMode(t *testing.T) {
	t.Parallel()
	namespace := cluster.Namespace(t)
	cluster.Template(t, namespace, "base", podtemplate.Default, map[string]string{"executor.yaml": mark("SHAPED", "yes")})
	cluster.Template(t, namespace, "asked", podtemplate.Named, map[string]string{"pod.yaml": mark("ASKED", "yes")})
	run := cluster.ClientMode(t, nodetest.Job{
		Namespace: namespace, Name: "notebook",
		Script: `
tell("executors", on_executors(sc, 1, lambda: [os.environ.get("SHAPED"), os.environ.get("ASKED")]))
time.sleep(3600)  # the test ends it
`,
	}, map[string]string{podtemplate.TemplatesAnnotation: "asked"})
	run.AwaitTold(t, "executors")
	run.Told(t).Want(t, "executors", map[string]any{"1": []string{"yes", "yes"}})
	if own := run.Pod(t).Annotations[podtemplate.ShapedAnnotation]; own != "" {
		t.Errorf("the notebook itself was shaped: %s", own)
	}

	// Its own end is sudden: it cannot tell its executors.
	if err := cluster.Client().CoreV1().Pods(namespace).Delete(t.Context(), run.Driver, metav1.DeleteOptions{GracePeriodSeconds: new(int64)}); err != nil {
		t.Fatal(err)
	}
	cluster.Await(t, "the executors' end", func() error {
		left, err := cluster.Client().CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{LabelSelector: "spark-role=executor"})
		if err != nil {
			return err
		}
		if len(left.Items) > 0 {
			return fmt.Errorf("still there: %s", names(left.Items))
		}
		return nil
	})
}

func names(pods []corev1.Pod) string {
	var all []string
	for _, pod := range pods {
		all = append(all, pod.Name)
	}
	return strings.Join(all, " ")
}
