package podtemplate

import (
	"fmt"
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
