//go:build node

package installs_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/chart"
	"swage.dev/swage/e2e/nodes"
	"swage.dev/swage/e2e/swagetest"
	"swage.dev/swage/podtemplate"
)

// installation is a release of the chart, and a namespace whose Spark pods it
// shapes.
type installation struct {
	helm *chart.Helm
	// release is its name, namespace where it is installed.
	release, namespace string
	// jobs is where Spark's pods are: a template there gives them a mark.
	jobs string
}

// reach labels the namespaces of an installation that shapes no others.
const reach = "installs-test/reach"

// newInstallation prepares all but the release. The namespaces exist, so that
// what is left in them after the release can be seen.
func newInstallation(t *testing.T, release, namespace, jobs string) installation {
	t.Helper()
	helm, err := chart.New(t.Context(), root, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	i := installation{helm: helm, release: release, namespace: namespace, jobs: jobs}
	for _, name := range []string{namespace, jobs} {
		ensureNamespace(t, name, map[string]string{reach: release})
	}
	template := swagetest.TemplateMap(jobs, "base", podtemplate.Default, map[string]string{
		"pod.yaml": "spec: {containers: [{name: spark, env: [{name: SHAPED, value: \"yes\"}]}]}",
	})
	if _, err := cluster.Client().CoreV1().ConfigMaps(jobs).Create(t.Context(), template, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	return i
}

func ensureNamespace(t *testing.T, name string, labels map[string]string) {
	t.Helper()
	meta := metav1.ObjectMeta{Name: name, Labels: labels}
	_, err := cluster.Client().CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{ObjectMeta: meta}, metav1.CreateOptions{})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		t.Fatal(err)
	}
	patience.Until(t, "the default account of "+name, func() error {
		_, err := cluster.Client().CoreV1().ServiceAccounts(name).Get(t.Context(), "default", metav1.GetOptions{})
		return err
	})
}

// run runs a command of Helm's about this release.
func (i installation) run(t *testing.T, command string, args ...string) {
	t.Helper()
	args = append([]string{command, i.release}, append(args, "--namespace", i.namespace)...)
	if out, err := i.helm.Run(t.Context(), cluster.Kubeconfig(), args...); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// install installs the chart with the values of a file of the chart's tests and
// others.
func (i installation) install(t *testing.T, values string, set ...string) {
	t.Helper()
	args := []string{i.helm.Chart(), "--values", filepath.Join("../chart/testdata/values", values+".yaml")}
	for _, one := range set {
		args = append(args, "--set", one)
	}
	i.run(t, "install", args...)
}

// narrow makes the release shape the Spark pods of its own namespace for jobs.
func (i installation) narrow() string {
	return "namespaceSelector.matchLabels." + strings.ReplaceAll(reach, ".", `\.`) + "=" + i.release
}

func (i installation) deployment() string { return "deployment/" + i.release + "-webhook" }

// account is the server's user.
func (i installation) account() string {
	return "system:serviceaccount:" + i.namespace + ":" + i.release + "-webhook"
}

func (i installation) kubectl(t *testing.T, args ...string) {
	t.Helper()
	if out, err := cluster.Kubectl(t.Context(), append(args, "--namespace="+i.namespace)...); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

// rolledOut waits until the replicas are as they should be. Those of before may
// still serve on for their grace.
func (i installation) rolledOut(t *testing.T) {
	t.Helper()
	i.kubectl(t, "rollout", "status", i.deployment(), "--timeout=120s")
}

// servers are the replicas that were not told to end.
func (i installation) servers(ctx context.Context) (staying []corev1.Pod, err error) {
	list, err := cluster.Client().CoreV1().Pods(i.namespace).List(ctx, metav1.ListOptions{LabelSelector: "app.kubernetes.io/component=webhook"})
	for _, pod := range list.Items {
		if pod.DeletionTimestamp == nil {
			staying = append(staying, pod)
		}
	}
	return staying, err
}

// wantImage wants all replicas to run the image of this tag.
func (i installation) wantImage(t *testing.T, tag string) {
	t.Helper()
	pods, err := i.servers(t.Context())
	if err != nil || len(pods) == 0 {
		t.Fatalf("no replicas: %v", err)
	}
	for _, pod := range pods {
		if image := pod.Spec.Containers[0].Image; !strings.HasSuffix(image, ":"+tag) {
			t.Errorf("%s runs %s, want %s", pod.Name, image, tag)
		}
	}
}

var errNotShaped = errors.New("a Spark pod is not shaped")

// create creates a Spark executor; dry runs pass admission and no more.
func (i installation) create(ctx context.Context, options metav1.CreateOptions) (*corev1.Pod, error) {
	pod := swagetest.Executor("", nil)
	pod.GenerateName = "executor-"
	pod.Spec.Containers[0].Image = nodes.PauseImage
	made, err := cluster.Client().CoreV1().Pods(i.jobs).Create(ctx, pod, options)
	if err != nil {
		return nil, err
	}
	if env := made.Spec.Containers[0].Env; len(env) != 1 || env[0].Name != "SHAPED" {
		return made, errNotShaped
	}
	return made, nil
}

// runsAShapedPod waits until Spark pods are shaped, creates one, and waits until
// it runs.
func (i installation) runsAShapedPod(t *testing.T) {
	t.Helper()
	patience.Until(t, "shaped Spark pods", func() error {
		_, err := i.create(t.Context(), metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
		return err
	})
	made, err := i.create(t.Context(), metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	patience.Until(t, "the shaped pod to run", func() error {
		pod, err := cluster.Client().CoreV1().Pods(i.jobs).Get(t.Context(), made.Name, metav1.GetOptions{})
		if err == nil && pod.Status.Phase != corev1.PodRunning {
			err = fmt.Errorf("it is %s", pod.Status.Phase)
		}
		return err
	})
}
