package metrics

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"swage.dev/swage/certs"
	"swage.dev/swage/podtemplate"
)

func newAll(t *testing.T) (*Admission, *prometheus.Registry) {
	t.Helper()
	reg := prometheus.NewPedanticRegistry()
	a, err := NewAdmission(reg)
	if err != nil {
		t.Fatal(err)
	}
	counts := func() map[podtemplate.Mode]map[podtemplate.State]int {
		return map[podtemplate.Mode]map[podtemplate.State]int{
			podtemplate.Default: {podtemplate.Loaded: 3},
			"":                  {podtemplate.Unknown: 2},
			"a user's text":     {podtemplate.Unknown: 1},
		}
	}
	if err := RegisterTemplates(reg, counts); err != nil {
		t.Fatal(err)
	}
	if err := RegisterCertificates(reg, func() certs.Expiry { return certs.Expiry{Leaf: time.Unix(1800000000, 0)} }); err != nil {
		t.Fatal(err)
	}
	return a, reg
}

// gather returns each series' value under name{label=value,...}.
func gather(t *testing.T, reg *prometheus.Registry) map[string]float64 {
	t.Helper()
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	series := map[string]float64{}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			var pairs []string
			for _, pair := range m.GetLabel() {
				pairs = append(pairs, pair.GetName()+"="+pair.GetValue())
			}
			name := family.GetName() + "{" + strings.Join(pairs, ",") + "}"
			series[name] = m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	return series
}

func TestNamesFollowPrometheusConventions(t *testing.T) {
	_, reg := newAll(t)
	problems, err := testutil.GatherAndLint(reg)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

// Every series exists from the start: an alert on an increase needs a value before the first incident.
func TestEverySeriesExistsFromTheStart(t *testing.T) {
	_, reg := newAll(t)
	series := gather(t, reg)
	want := map[string]int{
		"swage_admission_requests_total{":             3 * len(podtemplate.Verdicts()),
		"swage_admission_duration_seconds{":           1,
		"swage_changes_total{":                        3,
		"swage_conflicts_total{":                      3,
		"swage_templates{":                            (len(podtemplate.Modes()) + 1) * len(podtemplate.States()),
		"swage_certificate_expiry_timestamp_seconds{": 2,
	}
	total := 0
	for prefix, n := range want {
		total += n
		got := 0
		for name := range series {
			if strings.HasPrefix(name, prefix) {
				got++
			}
		}
		if got != n {
			t.Errorf("%s: %d series, want %d", prefix, got, n)
		}
	}
	if len(series) != total {
		t.Errorf("%d series in all, want %d", len(series), total)
	}
}

var (
	kept     = podtemplate.Change{Op: podtemplate.OpNone, Resolution: podtemplate.Kept}
	replaced = podtemplate.Change{Op: podtemplate.OpReplace, Resolution: podtemplate.Replaced}
	rejected = podtemplate.Change{Op: podtemplate.OpNone, Resolution: podtemplate.Rejected}
	added    = podtemplate.Change{Op: podtemplate.OpAdd}
	removed  = podtemplate.Change{Op: podtemplate.OpRemove}
)

var outcomeRows = []struct {
	rule   string
	result podtemplate.Result
	moved  map[string]float64
}{
	{
		"a shaped pod counts with its changes",
		podtemplate.Result{Verdict: podtemplate.Shaped, Role: podtemplate.Driver, Changes: []podtemplate.Change{added, added, removed, replaced, kept}},
		map[string]float64{
			"swage_admission_requests_total{role=driver,verdict=shaped}": 1,
			"swage_changes_total{operation=add}":                         2,
			"swage_changes_total{operation=remove}":                      1,
			"swage_changes_total{operation=replace}":                     1,
			"swage_conflicts_total{resolution=kept}":                     1,
			"swage_conflicts_total{resolution=replaced}":                 1,
		},
	},
	{
		"changes of a denied pod did not happen, its conflicts did",
		podtemplate.Result{Verdict: podtemplate.DeniedConflict, Role: podtemplate.Executor, Changes: []podtemplate.Change{added, rejected}},
		map[string]float64{
			"swage_admission_requests_total{role=executor,verdict=denied-conflict}": 1,
			"swage_conflicts_total{resolution=rejected}":                            1,
		},
	},
	{
		"what failed after it was shaped is an error and nothing else",
		podtemplate.Result{Verdict: podtemplate.Failed, Role: podtemplate.Executor},
		map[string]float64{"swage_admission_requests_total{role=executor,verdict=error}": 1},
	},
	{
		"a role that is none",
		podtemplate.Result{Verdict: podtemplate.SkippedNotSpark, Role: "a user's text"},
		map[string]float64{"swage_admission_requests_total{role=none,verdict=skipped-not-spark}": 1},
	},
	{
		"words from outside the lists become no label",
		podtemplate.Result{
			Verdict: "a user's text", Role: podtemplate.Driver,
			Changes: []podtemplate.Change{{Op: "a user's text", Resolution: "a user's text"}},
		},
		map[string]float64{"swage_admission_requests_total{role=driver,verdict=error}": 1},
	},
}

// Each outcome moves exactly the counters that are about it.
func TestObserve(t *testing.T) {
	for _, row := range outcomeRows {
		t.Run(row.rule, func(t *testing.T) {
			a, reg := newAll(t)
			before := gather(t, reg)
			a.Observe(&row.result, time.Millisecond)
			row.moved["swage_admission_duration_seconds{}"] = 1
			after := gather(t, reg)
			for name, value := range after {
				if moved := value - before[name]; moved != row.moved[name] && !math.IsNaN(value) {
					t.Errorf("%s moved by %v, want %v", name, moved, row.moved[name])
				}
			}
			if len(after) != len(before) {
				t.Errorf("%d series, %d before: something new became a label", len(after), len(before))
			}
		})
	}
}

func TestGauges(t *testing.T) {
	_, reg := newAll(t)
	series := gather(t, reg)
	for name, want := range map[string]float64{
		"swage_templates{mode=default,state=loaded}":                   3,
		"swage_templates{mode=default,state=broken}":                   0,
		"swage_templates{mode=unknown,state=unknown}":                  2,
		"swage_certificate_expiry_timestamp_seconds{certificate=leaf}": 1800000000,
	} {
		if got, ok := series[name]; !ok || got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	if ca := series["swage_certificate_expiry_timestamp_seconds{certificate=ca}"]; !math.IsNaN(ca) {
		t.Errorf("an authority that is not known ends at %v: 0 would look like 1970 to an alert", ca)
	}
}

// Both ends in one scrape are of the same moment: they are read at once.
func TestExpiryIsReadOnceAScrape(t *testing.T) {
	reg := prometheus.NewPedanticRegistry()
	asked := 0
	err := RegisterCertificates(reg, func() certs.Expiry {
		asked++
		return certs.Expiry{Leaf: time.Unix(int64(asked), 0), CA: time.Unix(int64(asked), 0)}
	})
	if err != nil {
		t.Fatal(err)
	}
	series := gather(t, reg)
	leaf, ca := series["swage_certificate_expiry_timestamp_seconds{certificate=leaf}"], series["swage_certificate_expiry_timestamp_seconds{certificate=ca}"]
	if leaf != 1 || ca != 1 || asked != 1 {
		t.Errorf("leaf %v, ca %v, asked %d times: want 1, 1, once", leaf, ca, asked)
	}
}

func TestRegisterTwiceFails(t *testing.T) {
	_, reg := newAll(t)
	if _, err := NewAdmission(reg); err == nil {
		t.Error("want an error, not a panic")
	}
}

// Every outcome of a write exists from the start; only what refuses is a refusal.
func TestWrites(t *testing.T) {
	reg := prometheus.NewPedanticRegistry()
	writes, err := NewWrites(reg)
	if err != nil {
		t.Fatal(err)
	}
	writes.Observe(WriteForbidden)
	if n := testutil.CollectAndCount(writes.total); n != len(allWrites) {
		t.Errorf("%d series", n)
	}
	if got := testutil.ToFloat64(writes.total.WithLabelValues("forbidden")); got != 1 {
		t.Errorf("forbidden: %v", got)
	}
	for _, outcome := range []Write{WriteAllowed, WriteUnchanged, WriteForeign} {
		if outcome.Refused() {
			t.Errorf("%s is no refusal", outcome)
		}
	}
}
