package chart_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"swage.dev/swage/e2e/chart"
)

// What the schema does not know, or what cannot work, is refused before anything is rendered.
func TestBadValuesAreRefused(t *testing.T) {
	h := helm(t)
	for _, row := range []struct{ rule, set, says string }{
		{"a name with a typo", "replica=3", "replica"},
		{"a policy that does not exist", "failurePolicy=Never", "failurePolicy"},
		{"no replica", "replicas=0", "replicas"},
		{"files without a Secret", "certificates.source=files", "secretName"},
		{"own certificates in one namespace", "namespaced=true", "certificates"},
		{"a class that is no name", "class=Blue_1", "class"},
		{"cert-manager in one namespace", "namespaced=true,certificates.source=cert-manager", "certificates"},
		{"a duration that is none", "certificates.duration=90d", "duration"},
		{"a second writer of the bundle", `certificates.source=cert-manager,certificates.registrationAnnotations.cert-manager\.io/inject-ca-from=a/b`, "inject-ca-from"},
		{"a requirement that no selector has", oneRecogniser(0, "matchExpressions[0].key=b", "matchExpressions[0].operator=Gt"), "operator"},
		{"two recognisers of one name", oneRecogniser(0, "matchLabels.a=b") + "," + oneRecogniser(1, "matchLabels.a=c"), "two recognisers are called"},
		{"a recogniser that knows every pod of the cluster", "recognisers[0].name=a,recognisers[0].role=driver", "objectSelector"},
		{"a list of values that is missing", oneRecogniser(0, "matchExpressions[0].key=b", "matchExpressions[0].operator=In"), "/recognisers/0/objectSelector/matchExpressions/0"},
		{"values that nothing compares", oneRecogniser(0, "matchExpressions[0].key=b", "matchExpressions[0].operator=Exists", "matchExpressions[0].values[0]=c"), "/recognisers/0/objectSelector/matchExpressions/0"},
		{"a registration's name that is none", "registrationName=Zz_1", "registrationName"},
		{"one port for two", "port=8080", "port and statusPort are both 8080"},
		{"the Service's port twice", "statusPort=443", "statusPort is 443"},
		{"a node's port that takes root", "hostNetwork=true,port=443", "port"},
		{"a label by which the Service selects", `podLabels.app\.kubernetes\.io/name=mine`, "podLabels has app.kubernetes.io/name"},
		{"a leaf that is renewed before it begins", "certificates.source=cert-manager,certificates.duration=1h,certificates.renewBefore=90m", "certificates.renewBefore is 90m"},
		{"a leaf of less than an hour", "certificates.source=cert-manager,certificates.duration=59m,certificates.renewBefore=10m", "certificates.duration is 59m"},
		{"a renewal in the last moments", "certificates.source=cert-manager,certificates.renewBefore=4m59s", "certificates.renewBefore is 4m59s"},
		{"a leaf that outlives its authority", "certificates.source=cert-manager,certificates.duration=87600h", "certificates.authorityDuration"},
		{"a default taken away that nothing replaces", "certificates=null", "certificates"},
		{"a single one of them", "port=null", "port"},
	} {
		if _, err := h.Template(t.Context(), "--set", row.set); err == nil || !strings.Contains(err.Error(), row.says) {
			t.Errorf("%s: %v", row.rule, err)
		}
	}
}

// oneRecogniser are values of one recogniser with this selector.
func oneRecogniser(number int, selector ...string) string {
	one := fmt.Sprintf("recognisers[%d].", number)
	all := []string{one + "name=a", one + "role=driver"}
	for _, part := range selector {
		all = append(all, one+"objectSelector."+part)
	}
	return strings.Join(all, ",")
}

// A selector that says nothing would have every pod of the cluster wait for the server.
func TestARecogniserOfEveryPodIsRefused(t *testing.T) {
	h := helm(t)
	for _, selector := range []string{"{}", `{"matchLabels": {}}`, `{"matchExpressions": []}`} {
		set := `recognisers=[{"name": "a", "role": "driver", "objectSelector": ` + selector + `}]`
		if _, err := h.Template(t.Context(), "--set-json", set); err == nil || !strings.Contains(err.Error(), "/recognisers/0/objectSelector") {
			t.Errorf("%s: %v", selector, err)
		}
	}
}

// A selector says something by one of its halves, and the other may be there and empty.
func TestARecogniserMayHaveAnEmptyHalf(t *testing.T) {
	h := helm(t)
	for _, selector := range []string{
		`{"matchLabels": {"a": "b"}, "matchExpressions": []}`, `{"matchLabels": {}, "matchExpressions": [{"key": "a", "operator": "Exists"}]}`,
	} {
		text, err := h.Template(t.Context(), "--set-json", `recognisers=[{"name": "a", "role": "driver", "objectSelector": `+selector+`}]`)
		if err != nil {
			t.Errorf("%s: %v", selector, err)
			continue
		}
		takes(t, selector, text)
	}
}

// A value that is empty by itself may be null: overlays take a default away like that.
func TestWhatIsEmptyMayBeNull(t *testing.T) {
	const nothing = "affinity=null,tolerations=null,nodeSelector=null,podLabels=null,podAnnotations=null,extraArgs=null," +
		"policies=null,recognisers=null,priorityClassName=null,class=null,registrationName=null,namespaceSelector=null,resources=null,excludedNamespaces=null"
	text, err := helm(t).Template(t.Context(), "--set", nothing)
	if err != nil {
		t.Fatal(err)
	}
	takes(t, "all that may be null", text)
}

// A duration may be written with zeros in front, and be as short as cert-manager takes it.
func TestDurationsThatAreTaken(t *testing.T) {
	h := helm(t)
	for _, set := range []string{"duration=1h,certificates.renewBefore=5m", "duration=0090m00s,certificates.renewBefore=08m09s"} {
		if _, err := h.Template(t.Context(), "--set", "certificates.source=cert-manager,certificates."+set); err != nil {
			t.Errorf("%s: %v", set, err)
		}
	}
}

// YAML takes some names for numbers, truths and days: they stay names.
func TestNamesThatYAMLTakesForOthers(t *testing.T) {
	h := helm(t)
	for _, row := range []struct{ release, namespace, class string }{
		{"true", "2024", ""}, {"e5", "2024-01-01", "1"}, {"null", "true", "no"}, {"y", "1e5", "0x1f"},
	} {
		text, err := templateAs(t.Context(), h, row.release, row.namespace,
			"--set-string", "class="+row.class+",registrationName=00,priorityClassName=1,image.pullSecrets[0]=123",
			"--set", "networkPolicy.enabled=true,monitoring.dashboard=true")
		if err != nil {
			t.Errorf("%v: %v", row, err)
			continue
		}
		takes(t, strings.Join([]string{row.release, row.namespace, row.class}, " "), text)
	}
}

// A release whose objects no API server would take is refused before half of it is there.
func TestNamesThatNoServiceHas(t *testing.T) {
	h := helm(t)
	for _, row := range []struct{ rule, release, class, says string }{
		{"the longest that fits", strings.Repeat("a", 50), "bcde", ""},
		{"one more", strings.Repeat("a", 50), "bcdef", "must have 1 fewer together"},
		{"a dot", "a.b", "", "have no dot"},
		{"a digit in front", "1a", "", "begin with a letter"},
	} {
		text, err := templateAs(t.Context(), h, row.release, "default", "--set", "class="+row.class)
		switch {
		case row.says == "" && err == nil:
			takes(t, row.rule, text)
		case row.says == "" || err == nil || !strings.Contains(err.Error(), row.says):
			t.Errorf("%s: %v", row.rule, err)
		}
	}
}

// templateAs renders a release of another name.
func templateAs(ctx context.Context, h *chart.Helm, release, namespace string, args ...string) ([]byte, error) {
	return h.Run(ctx, server.Cluster.Kubeconfig(), append([]string{"template", release, h.Chart(), "--namespace", namespace}, args...)...)
}
