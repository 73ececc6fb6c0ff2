package chart_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"swage.dev/swage/e2e/chart"
	"swage.dev/swage/e2e/clustertest"
)

var metric = regexp.MustCompile(`\bswage_[a-z_]+`)

// Alerts and panels ask for metrics that the server has: others never fire.
func TestAlertsAndPanelsAskForWhatIsMeasured(t *testing.T) {
	dir := filepath.Join(clustertest.Root(t), chart.Dir)
	var alerts struct {
		Groups []struct {
			Rules []struct{ Alert, Expr string }
		}
	}
	read(t, filepath.Join(dir, "alerts.yaml"), func(text []byte) error { return yaml.UnmarshalStrict(text, new(any)) })
	read(t, filepath.Join(dir, "alerts.yaml"), func(text []byte) error { return yaml.Unmarshal(text, &alerts) })
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	read(t, filepath.Join(dir, "dashboard.json"), func(text []byte) error { return json.Unmarshal(text, &dashboard) })
	asked := 0
	for _, group := range alerts.Groups {
		for _, rule := range group.Rules {
			asked += known(t, rule.Alert, rule.Expr)
		}
	}
	for _, panel := range dashboard.Panels {
		for _, target := range panel.Targets {
			asked += known(t, panel.Title, target.Expr)
		}
	}
	if asked < 10 {
		t.Errorf("only %d expressions ask for a metric of Swage's", asked)
	}
}

// A counter of the API server's begins with its first failure, which increase()
// takes for none: alerts and panels also count what was not there before.
func TestAFirstFailureCounts(t *testing.T) {
	counted := regexp.MustCompile(`increase\((apiserver_[a-z_]+)`)
	found := 0
	for _, file := range []string{"alerts.yaml", "dashboard.json"} {
		read(t, filepath.Join(clustertest.Root(t), chart.Dir, file), func(text []byte) error {
			for _, match := range counted.FindAllSubmatch(text, -1) {
				found++
				name := string(match[1])
				if bytes.Count(text, []byte("unless "+name+" offset")) != bytes.Count(text, []byte("increase("+name)) {
					t.Errorf("%s: the first of %s is not counted everywhere", file, name)
				}
			}
			return nil
		})
	}
	if found < 3 {
		t.Errorf("only %d counters of the API server's", found)
	}
}

func read(t *testing.T, file string, decode func([]byte) error) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err == nil {
		err = decode(text)
	}
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

// known counts the metrics of an expression, and tells of those that no code defines.
func known(t *testing.T, what, expr string) (asked int) {
	t.Helper()
	for _, name := range metric.FindAllString(expr, -1) {
		asked++
		if base := strings.TrimSuffix(name, "_bucket"); !strings.Contains(defined(t), `"`+base+`"`) {
			t.Errorf("%s asks for %s, which is not measured", what, name)
		}
	}
	return asked
}

// defined is the code that defines metrics.
func defined(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(clustertest.Root(t), "webhook/metrics/*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no metrics: %v", err)
	}
	var all strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}
