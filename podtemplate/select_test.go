package podtemplate

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

func TestR6Selection(t *testing.T) {
	risk := map[string]string{"env": "prod"}
	for _, s := range []choice{
		{name: "a default reaches every pod of its namespace, and of all from the system namespace", shelves: []shelf{{what: "team-a/a default"}, {what: "system/b default"}}, want: "system/b team-a/a"},
		{name: "a named template reaches nobody who does not ask", shelves: []shelf{{what: "team-a/a named"}}},
		{name: "select narrows by the pod's labels", shelves: []shelf{{what: "team-a/a default", annotations: "select=team in (risk, ads)"}, {what: "team-a/b default", annotations: "select=team=web"}}, labels: "team=ads", want: "team-a/a"},
		{name: "a label that is absent is not in a list", shelves: []shelf{{what: "team-a/a default", annotations: "select=team notin (risk)"}, {what: "team-a/b default", annotations: "select=!team"}, {what: "team-a/c default", annotations: "select=team"}}, want: "team-a/a team-a/b"},
		{name: "namespaces narrows by the namespace's labels", shelves: []shelf{{what: "system/a default", annotations: "namespaces=env=prod"}, {what: "system/b default", annotations: "namespaces=env=test"}}, namespace: risk, want: "system/a"},
		{name: "a namespace's name is always one of its labels", shelves: []shelf{{what: "system/a default", annotations: "namespaces=kubernetes.io/metadata.name in (team-a)"}, {what: "system/b default", annotations: "namespaces=kubernetes.io/metadata.name notin (team-a)"}}, want: "system/a"},
		{name: "nor can its labels say another", shelves: []shelf{{what: "system/a default", annotations: "namespaces=kubernetes.io/metadata.name=prod"}}, namespace: map[string]string{corev1.LabelMetadataName: "prod"}},
		{name: "roles are labels, too", shelves: []shelf{{what: "team-a/a default", annotations: "select=spark-role=driver"}, {what: "team-a/b default", annotations: "select=spark-role=executor"}}, want: "team-a/b"},

		{name: "the set grows: a label that one template adds brings another", shelves: []shelf{
			{what: "team-a/z default", text: "metadata: {labels: {tier: gold}}"},
			{what: "team-a/a default", annotations: "select=tier=gold"},
		}, want: "team-a/a team-a/z"},
		{name: "through any number of steps, and across levels", shelves: []shelf{
			{what: "system/e enforced", text: "metadata: {labels: {one: x}}"},
			{what: "team-a/b default", annotations: "select=one2", text: "metadata: {labels: {two: x}}"},
			{what: "system/c default", annotations: "select=two", text: "metadata: {labels: {three: x}}"},
			{what: "team-a/a default", annotations: "select=three"},
			{what: "system/d default", annotations: "select=team", text: "metadata: {labels: {one2: x}}"},
		}, labels: "team=x", want: "system/c system/d team-a/a team-a/b system/e"},
		{name: "the pod's label counts, not the one that a template failed to add", shelves: []shelf{
			{what: "team-a/z default", text: "metadata: {labels: {tier: gold}}"},
			{what: "team-a/a default", annotations: "select=tier=gold"},
		}, labels: "tier=iron", want: "team-a/z"},
		{name: "of two templates that add a label the stronger one counts", shelves: []shelf{
			{what: "team-a/y default", text: "metadata: {labels: {tier: iron}}"},
			{what: "team-a/z default", text: "metadata: {labels: {tier: gold}}"},
			{what: "team-a/a default", annotations: "select=tier=gold"},
			{what: "team-a/b default", annotations: "select=tier=iron"},
		}, want: "team-a/a team-a/y team-a/z"},
		{name: "a label made of placeholders is seen filled in", shelves: []shelf{
			{what: "team-a/z default", text: "metadata: {labels: {in: 'ns-{{NAMESPACE}}'}}"},
			{what: "team-a/a default", annotations: "select=in=ns-team-a"},
		}, want: "team-a/a team-a/z"},
		{name: "Spark's own labels are never added, so nobody sees them", shelves: []shelf{
			{what: "team-a/z default", text: "metadata: {labels: {spark-version: '9'}}"},
			{what: "team-a/a default", annotations: "select=spark-version=9"},
		}, want: "team-a/z"},
		{name: "labels that only drivers get are not an executor's", shelves: []shelf{
			{what: "team-a/a default", annotations: "select=tier=gold"},
		}},
	} {
		t.Run(s.name, s.check)
	}
}

// TestR6UnstableSelectors: a template that could leave again in the second admission does not come in the first.
func TestR6UnstableSelectors(t *testing.T) {
	const writes = "metadata: {labels: {tier: gold}}"
	const tells = "selects on labels that templates write"
	for _, s := range []choice{
		{name: "without a label that a template adds", shelves: []shelf{{what: "team-a/z default", text: writes}, {what: "team-a/a default", annotations: "select=!tier"}}, want: "team-a/z", tells: "template team-a/a " + tells + ": skipped"},
		{name: "with another value than a template adds", shelves: []shelf{{what: "team-a/z default", text: writes}, {what: "team-a/a default", annotations: "select=tier!=gold"}}, want: "team-a/z", tells: tells},
		{name: "notin counts as one", shelves: []shelf{{what: "system/z default", text: writes}, {what: "team-a/a default", annotations: "select=tier notin (iron)"}}, want: "system/z", tells: tells},
		{name: "with any value of a label that a template replaces", shelves: []shelf{{what: "team-a/z default", annotations: "on-conflict=replace", text: writes}, {what: "system/a default", annotations: "select=tier=iron"}}, labels: "tier=iron", want: "team-a/z", tells: tells},
		{name: "or enforces", shelves: []shelf{{what: "system/z enforced", text: writes}, {what: "team-a/a default", annotations: "select=tier"}}, want: "system/z", tells: tells},
		{name: "templates that do not apply count: they may, on the next pod", shelves: []shelf{{what: "team-a/z named", annotations: "on-conflict=replace", text: writes}, {what: "team-a/a default", annotations: "select=tier=gold"}}, labels: "tier=gold", tells: tells},
		{name: "an enforced one denies the pods that it selects", shelves: []shelf{{what: "team-a/z default", text: writes}, {what: "team-a/a enforced", annotations: "select=team,!other,tier!=iron"}}, labels: "team=x", verdict: DeniedBrokenTemplate, tells: "enforced template team-a/a " + tells},
		{name: "and no others", shelves: []shelf{{what: "team-a/z default", text: writes}, {what: "team-a/a enforced", annotations: "select=team,tier!=iron"}}, want: "team-a/z"},
		{name: "a named one denies the pods that ask", shelves: []shelf{{what: "team-a/z default", text: writes}, {what: "team-a/a named", annotations: "select=tier!=iron"}}, annotations: "swage.dev/templates=a", verdict: DeniedBrokenTemplate, tells: "named template team-a/a " + tells},
		{name: "a positive requirement on a label that is only added is stable", shelves: []shelf{{what: "team-a/z default", text: writes}, {what: "team-a/a default", annotations: "select=tier in (gold)"}}, want: "team-a/a team-a/z"},
		{name: "Spark's own labels are protected, so nobody unsettles them", shelves: []shelf{{what: "team-a/z default", annotations: "on-conflict=replace", text: "metadata: {labels: {spark-role: driver}}"}, {what: "system/a enforced", annotations: "select=spark-role=executor"}}, want: "team-a/z system/a"},
		{name: "what cannot reach this namespace unsettles nobody in it", shelves: []shelf{{what: "system/z enforced", annotations: "namespaces=env=none", text: writes}, {what: "team-a/a enforced", annotations: "select=tier=iron"}}, labels: "tier=iron", want: "team-a/a"},
		{name: "what reaches it does", shelves: []shelf{{what: "system/z enforced", annotations: "namespaces=env=prod", text: writes}, {what: "team-a/a enforced", annotations: "select=tier=iron"}}, labels: "tier=iron", namespace: map[string]string{"env": "prod"}, verdict: DeniedBrokenTemplate, tells: tells},
		{
			name: "a template that waits for a label and then takes it back", shelves: []shelf{
				{what: "team-a/y default", text: "metadata: {labels: {tier: iron}}"},
				{what: "team-a/z default", annotations: "select=tier=iron", text: writes},
			},
			want: "team-a/y", tells: "template team-a/z " + tells,
		},
		{
			name: "a value that was taken back selects nobody", shelves: []shelf{
				{what: "team-a/a default", annotations: "select=tier=iron"},
				{what: "team-a/x default", text: "metadata: {labels: {late: x}}"},
				{what: "team-a/y default", text: "metadata: {labels: {tier: iron}}"},
				{what: "team-a/z default", annotations: "select=late", text: writes},
			},
			want: "team-a/x team-a/y team-a/z",
		},
		{
			name: "a template that gives another value at once unsettles nobody", shelves: []shelf{
				{what: "team-a/a default", annotations: "select=tier=gold"},
				{what: "team-a/y default", text: "metadata: {labels: {tier: iron}}"},
				{what: "team-a/z default", annotations: "select=team=x", text: writes},
			},
			labels: "team=x", want: "team-a/a team-a/y team-a/z",
		},
	} {
		t.Run(s.name, func(t *testing.T) {
			s.check(t)
			s.checkSecondAdmission(t)
		})
	}
}

// checkSecondAdmission: on our own result the same templates are selected, and nothing is left to do.
func (s choice) checkSecondAdmission(t *testing.T) {
	t.Helper()
	shaper := NewShaper(Options{})
	first := shaper.Shape(s.request(t))
	if !first.Verdict.Allowed() {
		return
	}
	pod, err := ParsePod(first.Pod())
	if err != nil {
		t.Fatal(err)
	}
	again := s.request(t)
	again.Pod = pod
	second := shaper.Shape(again)
	if second.Patch() != nil || !slices.Equal(first.Templates, second.Templates) {
		t.Errorf("the second admission selects %v after %v, and patches %s", second.Templates, first.Templates, second.Patch())
	}
}

func TestUnstableNamesTheTemplates(t *testing.T) {
	own, system := libraries([]shelf{
		{what: "system/z enforced", text: "metadata: {labels: {tier: gold}}"},
		{what: "team-a/a default", annotations: "select=tier"},
		{what: "team-a/b default", annotations: "select=team"},
	})
	if got := own.Unstable(); got != nil {
		t.Errorf("alone: %v", got)
	}
	others := make([]*Library, 1, 2) // room for an append that must not happen
	others[0] = system
	if got := own.Unstable(others...); !slices.Equal(got, []string{"a"}) || others[:2][1] != nil {
		t.Errorf("with the system's: %v", got)
	}
	var none *Library
	if got := none.Unstable(system); got != nil {
		t.Errorf("no library: %v", got)
	}
}

// TestR7TheApplicationsNameIsTheDrivers: a program may rename its executors.
func TestR7TheApplicationsNameIsTheDrivers(t *testing.T) {
	shelves := []shelf{
		{what: "team-a/a default", annotations: "select=spark-app-name=etl", text: "metadata: {annotations: {app: '{{APP_NAME}}'}}"},
		{what: "team-a/b default", annotations: "select=spark-app-name=renamed"},
	}
	driver := &DriverInfo{Labels: map[string]string{AppNameLabel: "etl"}}
	rows := []choice{
		{name: "of an executor's and a driver's name the driver's counts", shelves: shelves, labels: "spark-app-name=renamed", driver: driver, want: "team-a/a"},
		{name: "an executor without one has its driver's", shelves: shelves, driver: driver, want: "team-a/a"},
		{name: "without a driver the executor's own counts", shelves: shelves, labels: "spark-app-name=renamed", want: "team-a/b"},
		{name: "a driver without the label says nothing", shelves: shelves, labels: "spark-app-name=renamed", driver: &DriverInfo{}, want: "team-a/b"},
		{name: "a driver's own counts for itself", shelves: shelves, role: Driver, labels: "spark-app-name=renamed", driver: driver, want: "team-a/b"},
	}
	for _, s := range rows {
		t.Run(s.name, s.check)
	}
	t.Run("placeholders take it from there, too", func(t *testing.T) {
		result := NewShaper(Options{}).Shape(rows[0].request(t))
		if !strings.Contains(string(result.Pod()), `"app":"etl"`) {
			t.Errorf("%s", result.Pod())
		}
		if !strings.Contains(string(result.Pod()), `"spark-app-name":"renamed"`) {
			t.Errorf("the pod's own label was touched: %s", result.Pod())
		}
	})
}

// TestR25PlaceholdersThatAPodLacks: the template is broken for this pod, and for no other.
func TestR25PlaceholdersThatAPodLacks(t *testing.T) {
	says := func(text string) string { return "metadata: {annotations: {v: '" + text + "'}}" }
	for _, s := range []choice{
		{name: "a default is skipped with a warning", shelves: []shelf{{what: "team-a/a default", text: says("{{APP_ID}}")}}, tells: "template team-a/a uses {{APP_ID}}, which this pod has no label for: skipped"},
		{name: "an enforced one denies", shelves: []shelf{{what: "team-a/a enforced", text: says("{{APP_NAME}}")}}, verdict: DeniedBrokenTemplate, tells: "enforced template team-a/a uses {{APP_NAME}}"},
		{name: "a named one denies", shelves: []shelf{{what: "team-a/a named", text: says("{{APP_ID}}")}}, annotations: "swage.dev/templates=a", verdict: DeniedBrokenTemplate, tells: "named template team-a/a uses {{APP_ID}}"},
		{name: "one that does not select the pod is nobody's business", shelves: []shelf{{what: "team-a/a enforced", annotations: "select=team", text: says("{{APP_ID}}")}}},
		{name: "an empty label is none", shelves: []shelf{{what: "team-a/a default", text: says("{{APP_ID}}")}}, labels: "spark-app-selector=", tells: "{{APP_ID}}"},
		{name: "the namespace and the role are always there", shelves: []shelf{{what: "team-a/a enforced", text: says("{{NAMESPACE}}/{{ROLE}}")}}, want: "team-a/a"},
		{name: "a literal brace needs no label", shelves: []shelf{{what: "team-a/a enforced", text: says("{{{{APP_ID}}")}}, want: "team-a/a"},
	} {
		t.Run(s.name, s.check)
	}
}

// TestVerdictsOfSkippedPods: who is not shaped, and that nothing is done to them.
func TestVerdictsOfSkippedPods(t *testing.T) {
	shelves := []shelf{{what: "team-a/a default"}}
	for _, tt := range []struct {
		name   string
		change func(*Request)
		want   Verdict
	}{
		{"a pod without Spark's label", func(r *Request) { r.Pod, _ = ParsePod([]byte(`{"spec":{}}`)) }, SkippedNotSpark},
		{"a pod with another role", func(r *Request) { r.Pod, _ = ParsePod([]byte(`{"metadata":{"labels":{"spark-role":"history"}}}`)) }, SkippedNotSpark},
		{"a pod whose role is told", func(r *Request) {
			r.Pod, _ = ParsePod([]byte(`{"spec":{"containers":[{"name":"a"}]}}`))
			r.Role = Driver
		}, Shaped},
		{"kube-system", func(r *Request) { r.Namespace = "kube-system" }, SkippedNamespace},
		{"the system namespace", func(r *Request) { r.Namespace = DefaultSystemNamespace }, SkippedNamespace},
		{"a pod that opted out", func(r *Request) { r.Pod = podWith(t, Executor, "", "swage.dev/shape=false") }, SkippedOptOut},
		{"a pod that no template reaches", func(r *Request) { r.Templates = nil }, Unchanged},
	} {
		t.Run(tt.name, func(t *testing.T) {
			req := choice{shelves: shelves}.request(t)
			tt.change(&req)
			result := NewShaper(Options{}).Shape(req)
			if result.Verdict != tt.want || (tt.want != Shaped) != (result.Patch() == nil) {
				t.Errorf("%s, patch %s; want %s", result.Verdict, result.Patch(), tt.want)
			}
		})
	}
}

// A server that is restricted to one namespace is in it, and shapes it.
func TestTheSystemNamespaceIsShapedOnDemand(t *testing.T) {
	shaper := NewShaper(Options{SystemNamespace: "team-a", ShapeSystemNamespace: true})
	for namespace, want := range map[string]Verdict{"team-a": Shaped, "kube-system": SkippedNamespace} {
		req := choice{shelves: []shelf{{what: "team-a/a default"}}}.request(t)
		req.Namespace = namespace
		if result := shaper.Shape(req); result.Verdict != want {
			t.Errorf("%s: %s, want %s", namespace, result.Verdict, want)
		}
	}
}
