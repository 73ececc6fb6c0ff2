package podtemplate

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// shelf is a ConfigMap of a selection test: "namespace/name mode", its annotations, and what it says.
type shelf struct {
	what        string
	annotations string // "select=team in (a, b); on-conflict=replace"
	text        string // pod.yaml; default: an annotation x-<name>
}

// system is the system namespace of these tests, team-a that of the pod.
func (s shelf) configMap() *corev1.ConfigMap {
	where, mode, _ := strings.Cut(s.what, " ")
	namespace, name, _ := strings.Cut(where, "/")
	if namespace == "system" {
		namespace = DefaultSystemNamespace
	}
	text := s.text
	if text == "" {
		text = "metadata: {annotations: {x-" + name + ": 'true'}}"
	}
	cm := &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, Labels: map[string]string{TemplateLabel: mode}, Annotations: map[string]string{}},
		Data:       map[string]string{"pod.yaml": text},
	}
	for annotation := range strings.SplitSeq(s.annotations, ";") {
		if key, value, ok := strings.Cut(strings.TrimSpace(annotation), "="); ok {
			cm.Annotations[Domain+key] = value
		}
	}
	return cm
}

func (s shelf) entry() Entry {
	cm := s.configMap()
	t, err := Load(cm, LoadOptions{System: cm.Namespace == DefaultSystemNamespace})
	return Entry{Namespace: cm.Namespace, Name: cm.Name, Mode: Mode(cm.Labels[TemplateLabel]), Template: t, Err: err}
}

// libraries returns the library of team-a and that of the system namespace.
func libraries(shelves []shelf) (own, system *Library) {
	var ours, systems []Entry
	for _, s := range shelves {
		if e := s.entry(); e.Namespace == DefaultSystemNamespace {
			systems = append(systems, e)
		} else {
			ours = append(ours, e)
		}
	}
	return NewLibrary(ours, Limits{}), NewLibrary(systems, Limits{})
}

// podWith returns a pod with the labels and annotations of texts like "team=a; swage.dev/shape=false".
func podWith(t testing.TB, role Role, labels, annotations string) *Pod {
	t.Helper()
	var meta strings.Builder
	fmt.Fprintf(&meta, `{"metadata":{"labels":{%q:%q`, RoleLabel, role)
	for key, value := range pairs(labels) {
		fmt.Fprintf(&meta, `,%q:%q`, key, value)
	}
	meta.WriteString(`},"annotations":{"a":"b"`)
	for key, value := range pairs(annotations) {
		fmt.Fprintf(&meta, `,%q:%q`, key, value)
	}
	fmt.Fprintf(&meta, `}},"spec":{"containers":[{"name":"spark-kubernetes-%s","image":"spark:4.1.2"}]}}`, role)
	pod, err := ParsePod([]byte(meta.String()))
	if err != nil {
		t.Fatal(err)
	}
	return pod
}

func pairs(text string) map[string]string {
	all := map[string]string{}
	for pair := range strings.SplitSeq(text, ";") {
		if key, value, ok := strings.Cut(strings.TrimSpace(pair), "="); ok {
			all[key] = value
		}
	}
	return all
}

// choice is one row: which templates apply to a pod, weakest first.
type choice struct {
	name        string
	shelves     []shelf
	role        Role   // default: executor
	labels      string // of the pod
	annotations string // of the pod
	driver      *DriverInfo
	namespace   map[string]string // its labels
	want        string            // "system/a team-a/b"
	verdict     Verdict           // of a denial
	tells       string            // a part of the reason, or of a warning
	missing     []string
}

func (s choice) request(t testing.TB) Request {
	t.Helper()
	own, system := libraries(s.shelves)
	role := s.role
	if role == "" {
		role = Executor
	}
	return Request{
		Pod: podWith(t, role, s.labels, s.annotations), Namespace: "team-a", NamespaceLabels: s.namespace,
		Driver: s.driver, Templates: own, SystemTemplates: system,
	}
}

func (s choice) check(t *testing.T) {
	result := NewShaper(Options{}).Shape(s.request(t))
	if s.verdict != "" {
		if result.Verdict != s.verdict || !slices.Equal(result.Missing, s.missing) {
			t.Fatalf("%s, missing %v: %s; want %s, missing %v", result.Verdict, result.Missing, result.Reason, s.verdict, s.missing)
		}
	} else if !result.Verdict.Allowed() {
		t.Fatalf("%s: %s", result.Verdict, result.Reason)
	}
	if told := result.Reason + "\n" + strings.Join(result.Warnings, "\n"); !strings.Contains(told, s.tells) {
		t.Errorf("told %q, want %q", told, s.tells)
	}
	var got []string
	for _, ref := range result.Templates {
		got = append(got, strings.Replace(ref.String(), DefaultSystemNamespace, "system", 1))
	}
	if strings.Join(got, " ") != s.want {
		t.Errorf("selected %v, want %s", got, s.want)
	}
}

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

func TestR8Inheritance(t *testing.T) {
	shelves := []shelf{
		{what: "team-a/d default"},
		{what: "team-a/a named"},
		{what: "team-a/b named"},
		{what: "system/c named"},
		{what: "system/a named"},
		{what: "team-a/e enforced"},
		{what: "team-a/picky named", annotations: "select=team=risk"},
		{what: "system/far named", annotations: "namespaces=env=prod"},
		{what: "team-a/broken named", text: "spec: {a: 1}"},
	}
	driver := func(annotations string) *DriverInfo { return &DriverInfo{Annotations: pairs(annotations)} }
	for _, s := range []choice{
		{name: "a pod asks by name; the last listed is the strongest", annotations: "swage.dev/templates=b, a", want: "team-a/d team-a/b team-a/a team-a/e"},
		{name: "listed twice, the last place counts", annotations: "swage.dev/templates=a,b,a", want: "team-a/d team-a/b team-a/a team-a/e"},
		{name: "names are looked up in the pod's namespace, then in the system's", annotations: "swage.dev/templates=c,a", want: "team-a/d system/c team-a/a team-a/e"},
		{name: "an executor takes its driver's list", driver: driver("swage.dev/templates=b"), want: "team-a/d team-a/b team-a/e"},
		{name: "its own list counts instead of the driver's", annotations: "swage.dev/templates=a", driver: driver("swage.dev/templates=b"), want: "team-a/d team-a/a team-a/e"},
		{name: "an empty list of its own, too", annotations: "swage.dev/templates=", driver: driver("swage.dev/templates=b"), want: "team-a/d team-a/e"},
		{name: "a driver takes nobody's", role: Driver, driver: driver("swage.dev/templates=b"), want: "team-a/d team-a/e"},
		{name: "shape is never inherited", driver: driver("swage.dev/shape=false"), want: "team-a/d team-a/e"},
		{name: "shape false: named and enforced apply, defaults do not", annotations: "swage.dev/shape=false; swage.dev/templates=a", want: "team-a/a team-a/e"},
		{name: "shape true says nothing", annotations: "swage.dev/shape=true", want: "team-a/d team-a/e"},
		{name: "shape is true or false", annotations: "swage.dev/shape=no", want: "team-a/d team-a/e", tells: "annotation swage.dev/shape is neither true nor false: ignored"},
		{name: "at most 16 names", annotations: "swage.dev/templates=" + strings.Repeat("a,", 17), verdict: DeniedMissingTemplate, tells: "annotation swage.dev/templates lists 17 templates, the limit is 16"},
		{name: "sixteen are fine", annotations: "swage.dev/templates=" + strings.Repeat("a,", 16), want: "team-a/d team-a/a team-a/e"},
		{name: "a template of another mode cannot be asked for", annotations: "swage.dev/templates=d", verdict: DeniedMissingTemplate, tells: `template team-a/d has mode "default": only named templates can be asked for`},
		{name: "a named template that does not select the pod denies it", annotations: "swage.dev/templates=picky", verdict: DeniedMissingTemplate, tells: "named template team-a/picky does not select pods like this one"},
		{name: "one that selects it applies", annotations: "swage.dev/templates=picky", labels: "team=risk", want: "team-a/d team-a/picky team-a/e"},
		{name: "a named template that does not select the namespace denies it", annotations: "swage.dev/templates=far", verdict: DeniedMissingTemplate, tells: "named template swage-system/far does not select this namespace"},
		{name: "a broken one denies it", annotations: "swage.dev/templates=broken", verdict: DeniedBrokenTemplate, tells: "named template team-a/broken does not load"},
		{
			name: "names that do not exist are told, with those that do", annotations: "swage.dev/templates=x,a,y", verdict: DeniedMissingTemplate, missing: []string{"x", "y"},
			tells: "annotation swage.dev/templates: no named template x, y in namespace team-a or the system namespace: there are a, b, broken, c, far, picky",
		},
		{name: "whose list it was is told", driver: driver("swage.dev/templates=x"), verdict: DeniedMissingTemplate, missing: []string{"x"}, tells: "annotation swage.dev/templates of the driver: no named template x"},
	} {
		s.shelves = shelves
		t.Run(s.name, s.check)
	}
	t.Run("without any named template that is told", func(t *testing.T) {
		choice{name: "", annotations: "swage.dev/templates=x", verdict: DeniedMissingTemplate, missing: []string{"x"}, tells: "there are none"}.check(t)
	})
}

func TestR8MissingDrivers(t *testing.T) {
	const owned = `{"metadata":{"labels":{"spark-role":"executor"},"ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"pi-driver","uid":"u","controller":true}]},"spec":{}}`
	pod, err := ParsePod([]byte(owned))
	if err != nil {
		t.Fatal(err)
	}
	result := NewShaper(Options{}).Shape(Request{Pod: pod, Namespace: "team-a", DriverMissing: true})
	if result.Verdict != DeniedMissingDriver || !strings.Contains(result.Reason, "driver pi-driver does not exist any more") {
		t.Errorf("%s: %s", result.Verdict, result.Reason)
	}
	choice{role: Driver}.check(t)
	req := choice{role: Driver}.request(t)
	req.DriverMissing = true
	if result := NewShaper(Options{}).Shape(req); !result.Verdict.Allowed() {
		t.Errorf("a driver needs no driver: %s", result.Verdict)
	}
}

// TestR10Ladder: each pair of neighbours on the ladder disagrees about one annotation; the stronger one's value stands.
func TestR10Ladder(t *testing.T) {
	says := func(value string) string { return "metadata: {annotations: {who: " + value + "}}" }
	levels := []shelf{ // strongest first
		{what: "system/e enforced", text: says("system-enforced")},
		{what: "team-a/e enforced", text: says("own-enforced")},
		{what: "pod"},
		{what: "team-a/n2 named", text: says("last-named")},
		{what: "system/n1 named", text: says("first-named")},
		{what: "team-a/d2 default", text: says("own-default-2")},
		{what: "team-a/d1 default", text: says("own-default-1")},
		{what: "system/d2 default", text: says("system-default-2")},
		{what: "system/d1 default", text: says("system-default-1")},
	}
	wants := []string{"system-enforced", "own-enforced", "pod", "last-named", "first-named", "own-default-2", "own-default-1", "system-default-2", "system-default-1"}
	for first := range levels {
		t.Run(wants[first]+" is the strongest of the rest", func(t *testing.T) {
			var shelves []shelf
			annotations, asks := "", []string{}
			for _, level := range levels[first:] {
				switch level.what {
				case "pod":
					annotations = "who=pod"
				default:
					shelves = append(shelves, level)
					if name, ok := strings.CutSuffix(level.what, " named"); ok {
						_, name, _ = strings.Cut(name, "/")
						asks = append([]string{name}, asks...)
					}
				}
			}
			if len(asks) > 0 {
				annotations += "; swage.dev/templates=" + strings.Join(asks, ",")
			}
			req := choice{shelves: shelves, annotations: annotations}.request(t)
			result := NewShaper(Options{}).Shape(req)
			if want := `"who":"` + wants[first] + `"`; !strings.Contains(string(result.Pod()), want) {
				t.Errorf("want %s in %s", want, result.Pod())
			}
		})
	}
}

// TestR10OnConflictOfTheWinner: between templates the ladder alone decides, and the winner's on-conflict applies against the pod.
func TestR10OnConflictOfTheWinner(t *testing.T) {
	weak := func(policy string) shelf {
		return shelf{what: "team-a/a default", annotations: "on-conflict=" + policy, text: "metadata: {annotations: {who: weak}}"}
	}
	strong := func(policy string) shelf {
		return shelf{what: "team-a/b default", annotations: "on-conflict=" + policy, text: "metadata: {annotations: {who: strong}}"}
	}
	for _, tt := range []struct {
		name, pod, want string
		shelves         []shelf
		verdict         Verdict
	}{
		{"a winner that keeps does not beat the pod, even if the loser would", "who=pod", "pod", []shelf{weak("replace"), strong("keep")}, Shaped},
		{"a winner that replaces beats the pod", "who=pod", "strong", []shelf{weak("keep"), strong("replace")}, Shaped},
		{"a winner that rejects denies it", "who=pod", "", []shelf{weak("replace"), strong("reject")}, DeniedConflict},
		{"a loser that rejects does not", "who=pod", "pod", []shelf{weak("reject"), strong("keep")}, Shaped},
		{"reject means against the pod, not against another template", "", "strong", []shelf{weak("reject"), strong("reject")}, Shaped},
		{"nothing is rejected that is equal", "who=strong", "strong", []shelf{weak("keep"), strong("reject")}, Shaped},
	} {
		t.Run(tt.name, func(t *testing.T) {
			result := NewShaper(Options{}).Shape(choice{shelves: tt.shelves, annotations: tt.pod}.request(t))
			if result.Verdict != tt.verdict {
				t.Fatalf("%s: %s", result.Verdict, result.Reason)
			}
			if want := `"who":"` + tt.want + `"`; tt.want != "" && !strings.Contains(string(result.Pod()), want) {
				t.Errorf("want %s in %s", want, result.Pod())
			}
		})
	}
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

// TestR33BrokenTemplates: what reaches whom when it does not load.
func TestR33BrokenTemplates(t *testing.T) {
	const broken = "spec: {a: 1}"
	for _, s := range []choice{
		{name: "a default is skipped, with a warning", shelves: []shelf{{what: "team-a/a default", text: broken}}, tells: "template team-a/a does not load: skipped"},
		{name: "an enforced one denies", shelves: []shelf{{what: "team-a/a enforced", text: broken}}, verdict: DeniedBrokenTemplate, tells: "enforced template team-a/a does not load"},
		{name: "but only the pods that it selects", shelves: []shelf{{what: "team-a/a enforced", annotations: "select=team=risk", text: broken}}, labels: "team=ads"},
		{name: "those that a label of another template brings included", shelves: []shelf{{what: "team-a/a enforced", annotations: "select=tier=gold", text: broken}, {what: "team-a/b default", text: "metadata: {labels: {tier: gold}}"}}, verdict: DeniedBrokenTemplate, tells: "team-a/a"},
		{name: "an unparsable select concerns every pod", shelves: []shelf{{what: "team-a/a enforced", annotations: "select=team in (risk"}}, verdict: DeniedBrokenTemplate, tells: "enforced template team-a/a does not load"},
		{name: "an unparsable namespaces concerns every namespace", shelves: []shelf{{what: "system/a enforced", annotations: "namespaces=env in (prod"}}, verdict: DeniedBrokenTemplate, tells: "enforced template swage-system/a"},
		{name: "namespaces where it has no business does not narrow it", shelves: []shelf{{what: "team-a/a enforced", annotations: "namespaces=env=prod"}}, verdict: DeniedBrokenTemplate, tells: "team-a/a"},
		{name: "R34: too large", shelves: []shelf{{what: "team-a/a default", text: strings.Repeat("#", 1<<20)}}, tells: "template team-a/a is too large: skipped"},
		{name: "R34: too large, and for others", shelves: []shelf{{what: "team-a/a enforced", annotations: "select=team=risk", text: strings.Repeat("#", 1<<20)}}},
		{name: "an unknown mode reaches no one", shelves: []shelf{{what: "team-a/a enforce"}}},
		{name: "and cannot be asked for", shelves: []shelf{{what: "team-a/a naamed"}}, annotations: "swage.dev/templates=a", verdict: DeniedMissingTemplate, tells: "only named templates can be asked for"},
		{name: "a pod that opted out of defaults hears nothing of broken ones", shelves: []shelf{{what: "team-a/a default", text: broken}}, annotations: "swage.dev/shape=false"},
	} {
		t.Run(s.name, s.check)
	}
	t.Run("what was skipped is in the result", func(t *testing.T) {
		result := NewShaper(Options{}).Shape(choice{shelves: []shelf{{what: "team-a/a default", text: broken}}}.request(t))
		if !slices.Equal(result.Broken, []string{"team-a/a"}) {
			t.Errorf("broken: %v", result.Broken)
		}
	})
}

// TestR33LastGoodVersions: a template that no longer loads stays what it was, its mode included.
func TestR33LastGoodVersions(t *testing.T) {
	good := shelf{what: "team-a/a default"}.entry()
	bad := shelf{what: "team-a/a enforced", text: "spec: {a: 1}"}.entry()
	bad.Template = good.Template
	library := NewLibrary([]Entry{bad}, Limits{})
	if e, state, _ := library.Get("a"); state != Stale || e.Mode != Default {
		t.Errorf("state %s, mode %s: want stale and default", state, e.Mode)
	}
	result := NewShaper(Options{}).Shape(Request{Pod: podWith(t, Executor, "", ""), Namespace: "team-a", Templates: library})
	if len(result.Templates) != 1 || result.Templates[0] != good.Template.Ref {
		t.Errorf("selected %v, want the last good version", result.Templates)
	}
	unknown := shelf{what: "team-a/a none"}.entry()
	unknown.Template = good.Template
	if _, state, _ := NewLibrary([]Entry{unknown}, Limits{}).Get("a"); state != Unknown {
		t.Errorf("state %s: a label that names no mode takes the old version away", state)
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

// TestOrderOfEntriesDoesNotCount: the same pod comes out, byte for byte, in whatever order the templates were loaded.
func TestOrderOfEntriesDoesNotCount(t *testing.T) {
	var entries []Entry
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		text := "metadata: {labels: {l-" + name + ": x, same: " + name + "}, annotations: {same: " + name + "}}\nspec: {tolerations: [{key: " + name + ", operator: Exists}], containers: [{name: spark, env: [{name: SAME, value: v-" + name + "}]}]}"
		entries = append(entries, shelf{what: "team-a/" + name + " default", text: text}.entry())
	}
	entries = append(entries, shelf{what: "team-a/broken default", text: "x: y"}.entry(), shelf{what: "team-a/large default", text: strings.Repeat("#", 100_000)}.entry())
	shape := func(entries []Entry) string {
		library := NewLibrary(entries, Limits{NamespaceBytes: 50_000})
		result := NewShaper(Options{}).Shape(Request{Pod: podWith(t, Executor, "", ""), Namespace: "team-a", Templates: library})
		return string(result.Pod()) + string(result.Patch()) + result.ShapedValue() + strings.Join(result.Warnings, "\n")
	}
	want := shape(entries)
	for i := range entries {
		rotated := slices.Concat(entries[i:], entries[:i])
		if got := shape(rotated); got != want {
			t.Errorf("rotated by %d:\n%s\nwant:\n%s", i, got, want)
		}
		slices.Reverse(rotated)
		if got := shape(rotated); got != want {
			t.Errorf("rotated by %d and reversed:\n%s\nwant:\n%s", i, got, want)
		}
	}
}

func TestLibrary(t *testing.T) {
	t.Run("nil is an empty library", func(t *testing.T) {
		var l *Library
		if _, _, ok := l.Get("a"); ok || l.Names(Default) != nil || l.Entries() != nil {
			t.Error("it has templates")
		}
	})
	t.Run("names are sorted, whatever the state", func(t *testing.T) {
		own, _ := libraries([]shelf{{what: "team-a/c default"}, {what: "team-a/a default", text: "x: y"}, {what: "team-a/b named"}})
		if got := own.Names(Default); !slices.Equal(got, []string{"a", "c"}) {
			t.Errorf("got %v", got)
		}
		var entries []string
		for _, e := range own.Entries() {
			entries = append(entries, e.Name)
		}
		if !slices.Equal(entries, []string{"a", "b", "c"}) {
			t.Errorf("entries %v", entries)
		}
	})
	t.Run("states", func(t *testing.T) {
		good := shelf{what: "team-a/good default"}.entry()
		stale := shelf{what: "team-a/stale default", text: "x: y"}.entry()
		stale.Template = good.Template
		l := NewLibrary([]Entry{
			good, stale, shelf{what: "team-a/broken default", text: "x: y"}.entry(),
			shelf{what: "team-a/large default", text: strings.Repeat("#", 1<<19)}.entry(), shelf{what: "team-a/odd x"}.entry(),
		}, Limits{})
		want := map[string]State{"good": Loaded, "stale": Stale, "broken": Broken, "large": TooLarge, "odd": Unknown}
		got := map[string]State{}
		for name := range want {
			_, got[name], _ = l.Get(name)
		}
		if !maps.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

// TestR34LimitsOfANamespace: in the order of names, whatever comes beyond them is too large.
func TestR34LimitsOfANamespace(t *testing.T) {
	var entries []Entry
	for i := range 10_000 {
		entries = append(entries, Entry{Namespace: "team-a", Name: fmt.Sprintf("t%05d", 9999-i), Mode: Default, Template: &Template{Ref: Ref{Namespace: "team-a", Mode: Default}, size: 1000}})
	}
	l := NewLibrary(entries, Limits{})
	for name, want := range map[string]State{"t00000": Loaded, "t00199": Loaded, "t00200": TooLarge, "t09999": TooLarge} {
		e, state, _ := l.Get(name)
		if state != want || (want == TooLarge) != errors.Is(e.Err, ErrTooLarge) {
			t.Errorf("%s is %s (%v), want %s", name, state, e.Err, want)
		}
	}
	l = NewLibrary(entries[9_900:], Limits{NamespaceBytes: 50_000})
	for name, want := range map[string]State{"t00049": Loaded, "t00050": TooLarge} {
		if _, state, _ := l.Get(name); state != want {
			t.Errorf("%s is %s, want %s", name, state, want)
		}
	}
}
