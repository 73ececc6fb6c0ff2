package chart_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/restmapper"

	"swage.dev/swage/e2e/certmanager"
	"swage.dev/swage/e2e/chart"
	"swage.dev/swage/e2e/cluster"
	"swage.dev/swage/e2e/clustertest"
	"swage.dev/swage/e2e/manifests"
)

var server clustertest.Server

func TestMain(m *testing.M) { os.Exit(server.MainBeside(m, cluster.Options{}, installTypes)) }

// installTypes makes the API server know what charts ask cert-manager for.
func installTypes(ctx context.Context) (func(context.Context) error, error) {
	client, err := dynamic.NewForConfig(server.Config())
	if err != nil {
		return nil, err
	}
	return func(context.Context) error { return nil }, certmanager.InstallTypes(ctx, client)
}

var update = flag.Bool("update", false, "write the expected renders anew")

const valuesDir = "testdata/values"

// valueSets are the names of the sets of values that are rendered.
func valueSets(t *testing.T) (names []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(valuesDir, "*.yaml"))
	if err != nil || len(files) < 10 {
		t.Fatalf("%d sets of values: %v", len(files), err)
	}
	for _, file := range files {
		names = append(names, strings.TrimSuffix(filepath.Base(file), ".yaml"))
	}
	return names
}

func helm(t *testing.T) *chart.Helm {
	t.Helper()
	h, err := chart.New(t.Context(), clustertest.Root(t), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func render(t *testing.T, h *chart.Helm, set string) []byte {
	t.Helper()
	text, err := h.Template(t.Context(), "--values", filepath.Join(valuesDir, set+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Each set of values renders to its golden, and the same a second time: Argo CD
// and Flux render all day. R31, R38: nothing that is rendered has a key for what
// the server writes.
func TestGoldenRenders(t *testing.T) {
	h := helm(t)
	for _, set := range valueSets(t) {
		t.Run(set, func(t *testing.T) {
			got := render(t, h, set)
			if again := render(t, h, set); !bytes.Equal(got, again) {
				t.Error("a second render differs")
			}
			for _, never := range []string{"caBundle:", "tls.key:", "helm.sh/hook", "kind: Job"} {
				if bytes.Contains(got, []byte(never)) {
					t.Errorf("it has %s", never)
				}
			}
			golden := filepath.Join("testdata", "renders", set+".yaml")
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("it renders to something else; run make goldens and read the diff:\n%s", got)
			}
		})
	}
}

// A golden that no set of values renders would go on being read by people.
func TestEachRenderHasItsValues(t *testing.T) {
	files, err := filepath.Glob("testdata/renders/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	sets := valueSets(t)
	for _, file := range files {
		if !slices.Contains(sets, strings.TrimSuffix(filepath.Base(file), ".yaml")) {
			t.Errorf("%s has no values", file)
		}
	}
}

// A real API server takes every object of every render, fields and values.
func TestTheAPIServerTakesEachRender(t *testing.T) {
	h := helm(t)
	for _, set := range valueSets(t) {
		takes(t, set, render(t, h, set))
	}
}

// takes wants the API server to take what was rendered, by dry run, in namespaces
// that are made for it.
func takes(t *testing.T, what string, rendered []byte) {
	t.Helper()
	client, err := dynamic.NewForConfig(server.Config())
	if err != nil {
		t.Fatal(err)
	}
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(server.Client().Discovery()))
	for _, object := range objects(t, rendered) {
		kind := object.GroupVersionKind()
		if kind.Group == "monitoring.coreos.com" {
			continue // the Prometheus operator's types are not here; its rules are read by TestAlertsAndPanelsAskForWhatIsMeasured
		}
		if name := object.GetNamespace(); name != "" {
			ensureNamespace(t, name)
		}
		mapping, err := mapper.RESTMapping(kind.GroupKind(), kind.Version)
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.Resource(mapping.Resource).Namespace(object.GetNamespace()).Create(t.Context(), object,
			metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}, FieldValidation: metav1.FieldValidationStrict})
		if err != nil {
			t.Errorf("%s: %s %s: %v", what, kind.Kind, object.GetName(), err)
		}
	}
}

func objects(t *testing.T, text []byte) (all []*unstructured.Unstructured) {
	t.Helper()
	for decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096); ; {
		object := new(unstructured.Unstructured)
		err := decoder.Decode(&object.Object)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(object.Object) > 0 {
			all = append(all, object)
		}
	}
}

// Whoever has a Certificate already names its Secret, and gets no other.
func TestACertificateOfOnesOwn(t *testing.T) {
	text, err := helm(t).Template(t.Context(), "--set", "certificates.source=cert-manager,certificates.secretName=mine")
	if err != nil {
		t.Fatal(err)
	}
	for _, object := range objects(t, text) {
		if kind := object.GetKind(); kind == "Certificate" || kind == "Issuer" || kind == "Secret" {
			t.Errorf("there is a %s %s", kind, object.GetName())
		}
	}
	for _, want := range []string{"--certificates=cert-manager", "--secret=mine", "resourceNames: [mine]"} {
		if !bytes.Contains(text, []byte(want)) {
			t.Errorf("no %s", want)
		}
	}
}

// deploy/manifests is the chart's render with its own values, sorted by file.
func TestTheManifestsAreTheCharts(t *testing.T) {
	files, err := helm(t).Manifests(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(clustertest.Root(t), manifests.Dir)
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s/%s is not what the chart renders: run make manifests", manifests.Dir, name)
		}
	}
}

func ensureNamespace(t *testing.T, name string) {
	t.Helper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
	if _, err := server.Client().CoreV1().Namespaces().Create(t.Context(), namespace, metav1.CreateOptions{}); err != nil && !apierrors.IsAlreadyExists(err) {
		t.Fatal(err)
	}
}

// A replica avoids its siblings' nodes whatever else the value says, unless it says that too.
func TestAffinityOfOnesOwn(t *testing.T) {
	h := helm(t)
	for _, row := range []struct {
		rule, value string
		avoids      bool
	}{
		{"with a node affinity of one's own", `{"nodeAffinity": {"own": 1}}`, true},
		{"with an anti-affinity of one's own", `{"podAntiAffinity": {"own": 1}}`, false},
	} {
		text, err := h.Template(t.Context(), "--set-json", "affinity="+row.value)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(text, []byte("own: 1")) || bytes.Contains(text, []byte("kubernetes.io/hostname")) != row.avoids {
			t.Errorf("%s: it renders\n%s", row.rule, text)
		}
	}
}
