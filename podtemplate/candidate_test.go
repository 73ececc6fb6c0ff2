package podtemplate

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// candidacy is one row: what is said of the template under test.
type candidacy struct {
	rule   string
	shelf  shelf   // the template under test
	beside []shelf // others
	pod    choice  // its labels, annotations, role, driver, namespace
	want   string  // "selected", or why not
	state  State   // default: loaded
}

var candidacies = []candidacy{
	{rule: "a default template without selectors is selected", shelf: shelf{what: "team-a/t default"}, want: "selected"},
	{rule: "an enforced one of the system too", shelf: shelf{what: "system/t enforced"}, want: "selected"},
	{
		rule: "each requirement that does not hold, with the value that is there", shelf: shelf{what: "team-a/t default", annotations: "select=team in (ads, risk), tier"},
		pod: choice{labels: "team=web"}, want: "its swage.dev/select wants team in (ads,risk), and the pod has the label team=web; its swage.dev/select wants tier, and the pod has no label tier",
	},
	{
		rule: "requirements that hold are not told", shelf: shelf{what: "team-a/t default", annotations: "select=team in (web), tier"},
		pod: choice{labels: "team=web"}, want: "its swage.dev/select wants tier, and the pod has no label tier",
	},
	{
		rule: "a value that no server admits is quoted", shelf: shelf{what: "team-a/t default", annotations: "select=team in (web)"},
		pod: choice{labels: "team=a b"}, want: `its swage.dev/select wants team in (web), and the pod has the label team="a b"`,
	},
	{
		rule: "the namespace's labels", shelf: shelf{what: "system/t enforced", annotations: "namespaces=env=prod"},
		pod: choice{namespace: map[string]string{"env": "test"}}, want: "its swage.dev/namespaces wants env=prod, and the namespace has the label env=test",
	},
	{
		rule: "the namespace's name is a label", shelf: shelf{what: "system/t default", annotations: "namespaces=kubernetes.io/metadata.name=team-b"},
		want: "its swage.dev/namespaces wants kubernetes.io/metadata.name=team-b, and the namespace has the label kubernetes.io/metadata.name=team-a",
	},
	{
		rule: "a label that another template adds counts", shelf: shelf{what: "team-a/t default", annotations: "select=team in (web)"},
		beside: []shelf{{what: "team-a/u default", text: "metadata: {labels: {team: web}}"}}, want: "selected",
	},
	{rule: "named, and nobody asks", shelf: shelf{what: "team-a/t named"}, want: "nobody asks for it by the annotation swage.dev/templates"},
	{
		rule: "named, and others are asked for", shelf: shelf{what: "team-a/t named"}, beside: []shelf{{what: "team-a/u named"}},
		pod: choice{annotations: "swage.dev/templates=u"}, want: "the annotation swage.dev/templates does not list it",
	},
	{
		rule: "whose list it is", shelf: shelf{what: "team-a/t named"}, beside: []shelf{{what: "team-a/u named"}},
		pod: choice{driver: &DriverInfo{Annotations: map[string]string{TemplatesAnnotation: "u"}}}, want: "the annotation swage.dev/templates of the driver does not list it",
	},
	{rule: "named and asked for", shelf: shelf{what: "team-a/t named"}, pod: choice{annotations: "swage.dev/templates=t"}, want: "selected"},
	{
		rule: "the namespace's own of that name", shelf: shelf{what: "system/t named"}, beside: []shelf{{what: "team-a/t named"}},
		pod: choice{annotations: "swage.dev/templates=t"}, want: "the pod's namespace has one of that name, which comes first",
	},
	{
		rule: "asked for behind one that denies the pod", shelf: shelf{what: "team-a/t named"}, beside: []shelf{{what: "team-a/u default"}},
		pod: choice{annotations: "swage.dev/templates=u,t"}, want: "another template that the pod asks for denies the pod",
	},
	{rule: "opted out", shelf: shelf{what: "team-a/t default"}, pod: choice{annotations: "swage.dev/shape=false"}, want: "the pod opted out of default templates by the annotation swage.dev/shape"},
	{rule: "opted out, enforced all the same", shelf: shelf{what: "team-a/t enforced"}, pod: choice{annotations: "swage.dev/shape=false"}, want: "selected"},
	{rule: "a mode that does not exist", shelf: shelf{what: "team-a/t forced"}, want: "its label swage.dev/template is forced: it names none of the modes default, named and enforced", state: Unknown},
	{rule: "it does not load", shelf: shelf{what: "team-a/t default", text: "spec: {contaners: []}"}, want: `it does not load: team-a/t/pod.yaml:1: spec.contaners: unknown field "contaners"`, state: Broken},
	{
		rule: "it does not load, and would not be for this pod", shelf: shelf{what: "team-a/t default", annotations: "select=team", text: "spec: {contaners: []}"},
		want: "its swage.dev/select wants team, and the pod has no label team", state: Broken,
	},
	{
		rule: "a selector that could change its mind", shelf: shelf{what: "team-a/t default", annotations: "select=!team"},
		beside: []shelf{{what: "team-a/u named", text: "metadata: {labels: {team: web}}"}}, want: "it selects on labels that templates write", state: Unstable,
	},
	{
		rule: "a placeholder that this pod has nothing for", shelf: shelf{what: "team-a/t default", text: "metadata: {annotations: {x: '{{APP_ID}}'}}"},
		want: "it uses {{APP_ID}}, which this pod has no label for",
	},
}

// Of each template it is said whether it reaches the pod, and if not, what is in the way.
func TestCandidates(t *testing.T) {
	for _, row := range candidacies {
		t.Run(row.rule, func(t *testing.T) {
			row.pod.shelves = append([]shelf{row.shelf}, row.beside...)
			all := NewShaper(Options{}).Candidates(row.pod.request(t))
			under := row.shelf.entry()
			i := slices.IndexFunc(all, func(c Candidate) bool { return c.Ref.Namespace == under.Namespace && c.Ref.Name == under.Name })
			if len(all) != len(row.pod.shelves) || i < 0 {
				t.Fatalf("%d candidates: %v", len(all), all)
			}
			got, state := all[i].Why, row.state
			if all[i].Selected {
				got = strings.TrimSpace("selected " + got)
			}
			if state == "" {
				state = Loaded
			}
			if got != row.want || all[i].State != state {
				t.Errorf("got %q in state %s, want %q", got, all[i].State, row.want)
			}
		})
	}
}

// A template of another role is selected, and the annotation names it, but it does nothing.
func TestACandidateOfTheOtherRole(t *testing.T) {
	cm := shelf{what: "team-a/t default"}.configMap()
	cm.Data = map[string]string{"executor.yaml": "spec: {nodeSelector: {a: b}}"}
	loaded, err := Load(cm, LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	library := NewLibrary([]Entry{{Namespace: "team-a", Name: "t", Mode: Default, Template: loaded}}, Limits{})
	all := NewShaper(Options{}).Candidates(Request{Pod: podWith(t, Driver, "", ""), Namespace: "team-a", Templates: library})
	if len(all) != 1 || !all[0].Selected || all[0].Why != "it says nothing of drivers" {
		t.Errorf("got %+v", all)
	}
}

// What is selected is what Shape selects, for the rows of its own tests' kind.
func TestCandidatesAreThoseOfShape(t *testing.T) {
	for _, row := range candidacies {
		row.pod.shelves = append([]shelf{row.shelf}, row.beside...)
		req := row.pod.request(t)
		result := NewShaper(Options{}).Shape(req)
		if !result.Verdict.Allowed() {
			continue
		}
		var shaped, said []string
		for _, ref := range result.Templates {
			shaped = append(shaped, fmt.Sprint(ref))
		}
		for _, c := range NewShaper(Options{}).Candidates(req) {
			if c.Selected {
				said = append(said, fmt.Sprint(c.Ref))
			}
		}
		slices.Sort(shaped)
		slices.Sort(said)
		if !slices.Equal(shaped, said) {
			t.Errorf("%s: shaped by %q, said %q", row.rule, shaped, said)
		}
	}
}

// Pods that are no Spark pods, or of a namespace that is left alone, have no candidates.
func TestPodsThatAreNotShapedHaveNoCandidates(t *testing.T) {
	req := choice{shelves: []shelf{{what: "team-a/t default"}}}.request(t)
	req.Namespace = DefaultSystemNamespace
	if all := NewShaper(Options{}).Candidates(req); all != nil {
		t.Errorf("in the system namespace: %v", all)
	}
	req.Namespace, req.Pod = "team-a", podWith(t, "cook", "", "")
	if all := NewShaper(Options{}).Candidates(req); all != nil {
		t.Errorf("of no role: %v", all)
	}
}
