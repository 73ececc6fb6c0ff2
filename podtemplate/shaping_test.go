package podtemplate

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// shaping is one row of a table test: a pod, the templates that meet it, and
// what comes out. Whatever a row says, running it also checks all that holds
// for every pod: see contract_test.go.
//
// Pods and templates are YAML, shortened: a text without metadata or spec is
// the spec; "spark:" in a spec is the Spark container, and comes first among
// the containers. A pod without containers has just that one, so that rows show
// only what they are about.
type shaping struct {
	// rule says in words what the row proves, behind the number of the rule.
	rule string
	// role is the pod's role. Default: executor.
	role Role
	pod  string
	by   []tmpl
	// want is the shaped pod, complete; "" is the pod as it was.
	want string
	// changes are all records, as "op path rule" and the resolution of a conflict; nil leaves them unchecked.
	changes []string
	// verdict is by default Shaped: a pod that templates reach gets at least Swage's annotation.
	verdict Verdict
	// tells are texts that the reason or some warning contains.
	tells []string
}

// tmpl is one template of a row. Templates are called a, b, c in their order,
// which is the order of their strength within a mode.
type tmpl struct {
	mode       Mode
	onConflict OnConflict
	text       string
	regular    bool // no native sidecars
}

func keep(text string) tmpl           { return tmpl{mode: Default, text: text} }
func replace(text string) tmpl        { return tmpl{mode: Default, onConflict: Replace, text: text} }
func reject(text string) tmpl         { return tmpl{mode: Default, onConflict: Reject, text: text} }
func enforced(text string) tmpl       { return tmpl{mode: Enforced, text: text} }
func enforcedReject(text string) tmpl { return tmpl{mode: Enforced, onConflict: Reject, text: text} }
func regular(tm tmpl) tmpl            { tm.regular = true; return tm }

func run(t *testing.T, rows []shaping) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.rule, func(t *testing.T) { row.check(t) })
	}
}

func (s shaping) check(t *testing.T) {
	pod := s.podJSON(t, s.pod)
	shaper := NewShaper(Options{})
	result := shaper.Shape(s.request(t, pod))
	checkContract(t, shaper, s.request(t, pod), &result)
	if want := s.wantVerdict(); result.Verdict != want {
		t.Fatalf("verdict %s, want %s: %s\n%s", result.Verdict, want, result.Reason, describeAll(result.Changes))
	}
	for _, text := range s.tells {
		if !strings.Contains(result.Reason+"\n"+strings.Join(result.Warnings, "\n"), text) {
			t.Errorf("nothing tells %q\nreason: %s\nwarnings: %q", text, result.Reason, result.Warnings)
		}
	}
	if result.Verdict.Allowed() {
		s.comparePods(t, result.Pod())
	}
	if got := describeChanges(result.Changes); s.changes != nil && !slices.Equal(got, s.changes) {
		t.Errorf("changes:\n  %s\nwant:\n  %s", strings.Join(got, "\n  "), strings.Join(s.changes, "\n  "))
	}
}

func (s shaping) wantVerdict() Verdict {
	if s.verdict != "" {
		return s.verdict
	}
	return Shaped
}

func (s shaping) comparePods(t *testing.T, got []byte) {
	t.Helper()
	want := s.want
	if want == "" {
		want = s.pod
	}
	is, should := withoutShaped(decodeJSON(t, got)), decodeJSON(t, s.podJSON(t, want))
	if !reflect.DeepEqual(is, should) {
		t.Errorf("shaped pod:\n%s\nwant:\n%s", asYAML(is), asYAML(should))
	}
}

// withoutShaped takes Swage's own annotation away, which rows do not repeat.
func withoutShaped(pod any) any {
	meta, _ := pod.(map[string]any)["metadata"].(map[string]any)
	if annotations, ok := meta["annotations"].(map[string]any); ok {
		delete(annotations, ShapedAnnotation)
		if len(annotations) == 0 {
			delete(meta, "annotations")
		}
	}
	return pod
}

func asYAML(value any) string {
	text, err := yaml.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// describeChanges writes the changes as rows state them; Swage's own annotation is left out.
func describeChanges(changes []Change) []string {
	var lines []string
	for _, c := range changes {
		if c.Rule != ruleShaped {
			lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", c.Op, c.Path, c.Rule, c.Resolution)))
		}
	}
	return lines
}

func describeAll(changes []Change) string { return strings.Join(describeChanges(changes), "\n") }

func (s shaping) actor() Role {
	if s.role == "" {
		return Executor
	}
	return s.role
}

func (s shaping) request(t testing.TB, pod []byte) Request {
	t.Helper()
	parsed, err := ParsePod(slices.Clone(pod))
	if err != nil {
		t.Fatal(err)
	}
	return Request{Pod: parsed, Namespace: "team-a", Templates: NewLibrary(s.entries(t), Limits{})}
}

func (s shaping) entries(t testing.TB) []Entry {
	t.Helper()
	var entries []Entry
	for i, tm := range s.by {
		name := string(rune('a' + i))
		template, err := Load(tm.configMap(t, name), LoadOptions{})
		if err != nil {
			t.Fatalf("template %s: %v", name, err)
		}
		entries = append(entries, Entry{Namespace: "team-a", Name: name, Mode: tm.mode, Template: template})
	}
	return entries
}

func (tm tmpl) configMap(t testing.TB, name string) *corev1.ConfigMap {
	t.Helper()
	cm := &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "team-a", Name: name,
			Labels:      map[string]string{TemplateLabel: string(tm.mode)},
			Annotations: map[string]string{},
		},
		Data: map[string]string{podEntry: string(toJSON(t, longForm(t, tm.text, map[string]any{"name": "spark"})))},
	}
	if tm.onConflict != "" {
		cm.Annotations[OnConflictAnnotation] = string(tm.onConflict)
	}
	if tm.regular {
		cm.Annotations[NativeSidecarsAnnotation] = "false"
	}
	return cm
}

// podJSON completes a row's pod: what rows do not say is what Spark writes.
func (s shaping) podJSON(t testing.TB, text string) []byte {
	t.Helper()
	name := containerPrefix + string(s.actor())
	spark := map[string]any{"name": name, "image": "apache/spark:4.1.2", "args": []any{string(s.actor())}}
	pod := longForm(t, text, spark)
	pod["apiVersion"], pod["kind"] = "v1", "Pod"
	meta := child(pod, "metadata")
	meta["name"] = "pi"
	child(meta, "labels")[RoleLabel] = string(s.actor())
	spec := child(pod, "spec")
	if spec["containers"] == nil {
		spec["containers"] = []any{spark}
	}
	return toJSON(t, pod)
}

// longForm writes a shortened pod or template out.
func longForm(t testing.TB, text string, spark map[string]any) map[string]any {
	t.Helper()
	document := map[string]any{}
	if err := yaml.UnmarshalStrict([]byte(text), &document); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if document["spec"] == nil && document["metadata"] == nil && len(document) > 0 {
		document = map[string]any{"spec": document}
	}
	spec, _ := document["spec"].(map[string]any)
	if own, ok := spec["spark"].(map[string]any); ok {
		delete(spec, "spark")
		for key, value := range own {
			spark[key] = value
		}
		others, _ := spec["containers"].([]any)
		spec["containers"] = append([]any{spark}, others...)
	}
	return document
}

func child(in map[string]any, name string) map[string]any {
	if in[name] == nil {
		in[name] = map[string]any{}
	}
	return in[name].(map[string]any)
}

func toJSON(t testing.TB, value any) []byte {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
