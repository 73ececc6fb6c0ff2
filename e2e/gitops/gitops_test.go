package gitops_test

import (
	"bytes"
	"maps"
	"os"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"swage.dev/swage/e2e/chart"
	"swage.dev/swage/e2e/clustertest"
	"swage.dev/swage/e2e/programs"
)

var server clustertest.Server

func TestMain(m *testing.M) { os.Exit(server.Main(m)) }

// way is how a tool applies the chart, and how it compares.
type way struct {
	tool  string
	apply func(t *testing.T, in *installation)
	// compare are the comparisons that the tool can be told to make.
	compare []comparison
}

type comparison struct {
	program programs.Name
	args    []string
	// lines are those that count, by what they begin with.
	lines string
}

// argo is one of Argo CD's ways to compare; of its others the tests of what it applied tell.
func argo(how string) comparison {
	return comparison{program: programs.ArgoDiff, args: []string{"-way", how}}
}

func flux(controller string) comparison {
	return comparison{program: programs.FluxDiff, lines: controller + ": "}
}

var ways = []way{
	{"Argo CD", applyByKubectl(), []comparison{argo("last-applied"), argo("dry-run")}},
	{"Argo CD with ServerSideApply=true", applyByKubectl("--server-side", "--force-conflicts", "--field-manager=argocd-controller"), []comparison{argo("managers"), argo("dry-run")}},
	{"Flux's Kustomization", applyByFlux, []comparison{flux("kustomize-controller")}},
	{"Flux's HelmRelease", applyByHelm, []comparison{flux("helm-controller")}},
}

// R31: a live server has filled its Secret and the bundles of its registrations.
// No tool finds a difference, and when one applies the same again not one object
// is written; a change by anybody else is found, and mended.
func TestToolsComeToRest(t *testing.T) {
	for _, w := range ways {
		t.Run(w.tool, func(t *testing.T) {
			in := newInstallation(t)
			w.apply(t, in)
			in.serve(t)
			written := in.written(t)
			w.wantDifferences(t, in, "after the server wrote", 0)

			before := in.versions(t)
			w.apply(t, in)
			if after := in.versions(t); !maps.Equal(before, after) {
				t.Errorf("what was applied again was written again: %v, then %v", before, after)
			}

			in.scale(t)
			w.wantDifferences(t, in, "after somebody else's change", 1)
			w.apply(t, in)
			w.wantDifferences(t, in, "when that is mended", 0)
			if !bytes.Equal(in.written(t), written) {
				t.Error("what the server wrote was written over")
			}
		})
	}
}

// wantDifferences compares in each way, and wants so many objects to differ.
func (w way) wantDifferences(t *testing.T, in *installation, when string, want int) {
	t.Helper()
	for _, c := range w.compare {
		var found []string
		for line := range strings.Lines(run(t, c.program, bytes.NewReader(in.rendered), append([]string{"-kubeconfig", server.Kubeconfig()}, c.args...)...)) {
			if strings.HasPrefix(line, c.lines) {
				found = append(found, line)
			}
		}
		if len(found) != want {
			t.Errorf("%s %v %s finds %d differences %s, want %d:\n%s", c.program, c.args, c.lines, len(found), when, want, strings.Join(found, ""))
		}
	}
}

// scale is somebody's kubectl scale.
func (in *installation) scale(t *testing.T) {
	t.Helper()
	_, err := server.Client().AppsV1().Deployments(chart.Namespace).Patch(t.Context(), "swage-webhook", types.MergePatchType,
		[]byte(`{"spec":{"replicas":7}}`), metav1.PatchOptions{FieldManager: "kubectl-scale"})
	if err != nil {
		t.Fatal(err)
	}
}

// written is what the server wrote into the objects of the chart.
func (in *installation) written(t *testing.T) []byte {
	t.Helper()
	secret, err := server.Client().CoreV1().Secrets(chart.Namespace).Get(t.Context(), "swage-webhook-tls", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	mutating, err := server.Client().AdmissionregistrationV1().MutatingWebhookConfigurations().Get(t.Context(), "00-swage", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	validating, err := server.Client().AdmissionregistrationV1().ValidatingWebhookConfigurations().Get(t.Context(), "swage-templates", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	all := [][]byte{secret.Data[corev1.TLSCertKey], mutating.Webhooks[0].ClientConfig.CABundle, validating.Webhooks[0].ClientConfig.CABundle}
	for _, text := range all {
		if !bytes.Contains(text, []byte("BEGIN CERTIFICATE")) {
			t.Fatalf("the server wrote %q: this test could not fail", all)
		}
	}
	return bytes.Join(all, nil)
}
