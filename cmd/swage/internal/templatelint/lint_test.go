package templatelint

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"swage.dev/swage/cmd/swage/internal/manifest"
	"swage.dev/swage/cmd/swage/internal/offline"
	"swage.dev/swage/podtemplate"
)

const system = "swage-system"

// configMap is one document; the text is that of pod.yaml.
func configMap(namespace, name, mode, annotations, text string) string {
	return fmt.Sprintf("kind: ConfigMap\nmetadata:\n  name: %s\n  namespace: %s\n  labels: {swage.dev/template: %s}\n  annotations: {%s}\ndata:\n  pod.yaml: |\n    %s\n",
		name, namespace, mode, annotations, strings.ReplaceAll(text, "\n", "\n    "))
}

func templates(t *testing.T, documents ...string) *offline.Templates {
	t.Helper()
	objects, err := manifest.Parse("t.yaml", []byte(strings.Join(documents, "---\n")))
	if err != nil {
		t.Fatal(err)
	}
	all, err := offline.NewTemplates(objects, system)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func outcomes(t *testing.T, all *offline.Templates, documents ...string) []offline.Outcome {
	t.Helper()
	objects, err := manifest.Parse("p.yaml", []byte(strings.Join(documents, "---\n")))
	if err != nil {
		t.Fatal(err)
	}
	pods, err := offline.NewPods(objects, manifest.DefaultNamespace)
	if err != nil {
		t.Fatal(err)
	}
	return offline.Shape(pods, all, "")
}

func lines(findings []Finding) []string {
	all := make([]string, len(findings))
	for i, finding := range findings {
		all[i] = finding.String()
	}
	return all
}

const driver = "kind: Pod\nmetadata: {name: d, namespace: team-a, labels: {spark-role: driver}}\nspec:\n  nodeSelector: {own: pod}\n  containers: [{name: spark-kubernetes-driver, args: [driver]}]\n"

// disagree states a value that no other of them has.
func disagree(value string) string { return "spec:\n  nodeSelector: {zone: " + value + "}" }

func TestWhoIsCompared(t *testing.T) {
	const overrides = "states another value, and wins where both apply"
	for _, row := range []struct {
		rule      string
		documents []string
		weaker    string // in which document the loser is told, "" for nobody
	}{
		{"two defaults of a namespace: the later name wins", []string{configMap("team-a", "b", "default", "", disagree("a")), configMap("team-a", "a", "default", "", disagree("b"))}, "team-a/a"},
		{"a default and an enforced one", []string{configMap("team-a", "b", "default", "", disagree("a")), configMap("team-a", "a", "enforced", "", disagree("b"))}, "team-a/b"},
		{"a default of the system namespace is the weakest", []string{configMap("team-a", "a", "default", "", disagree("a")), configMap(system, "z", "default", "", disagree("b"))}, system + "/z"},
		{"an enforced one of the system namespace is the strongest", []string{configMap("team-a", "z", "enforced", "", disagree("a")), configMap(system, "a", "enforced", "", disagree("b"))}, "team-a/z"},
		{"a named one wins over a default", []string{configMap("team-a", "a", "named", "", disagree("a")), configMap("team-a", "z", "default", "", disagree("b"))}, "team-a/z"},
		{"two named ones are alternatives", []string{configMap("team-a", "a", "named", "", disagree("a")), configMap("team-a", "b", "named", "", disagree("b"))}, ""},
		{"those of two namespaces never meet", []string{configMap("team-a", "a", "default", "", disagree("a")), configMap("team-b", "b", "default", "", disagree("b"))}, ""},
		{"nor do those whose selectors exclude each other", []string{configMap("team-a", "a", "default", "swage.dev/select: x=1", disagree("a")), configMap("team-a", "b", "default", "swage.dev/select: x=2", disagree("b"))}, ""},
		{"equal values are no disagreement", []string{configMap("team-a", "a", "default", "", disagree("a")), configMap("team-a", "b", "default", "", disagree("a"))}, ""},
		{"a bare file is a default of any namespace", []string{disagree("a") + "\n", configMap("team-b", "b", "enforced", "", disagree("b"))}, "t.yaml"},
		{"one that does not load is compared with nobody", []string{configMap("team-a", "a", "default", "swage.dev/on-conflict: x", disagree("a")), configMap("team-a", "b", "default", "", disagree("b"))}, ""},
	} {
		found := slices.DeleteFunc(Lint(templates(t, row.documents...), nil), func(f Finding) bool { return !strings.HasSuffix(f.Message, overrides) })
		switch {
		case row.weaker == "" && len(found) != 0:
			t.Errorf("%s: got %q", row.rule, lines(found))
		case row.weaker != "" && (len(found) != 1 || found[0].Template != row.weaker || found[0].Severity != podtemplate.Warning):
			t.Errorf("%s: got %+v, want one of %s", row.rule, found, row.weaker)
		}
	}
}

// With pods, templates are compared if one of the pods has both.
func TestPodsDecideWhoMeets(t *testing.T) {
	all := templates(t, configMap("team-a", "a", "named", "", disagree("a")), configMap("team-a", "b", "named", "", disagree("b")))
	if found := Lint(all, outcomes(t, all, driver)); len(found) != 0 {
		t.Errorf("the pod asks for none: got %q", lines(found))
	}
	asking := strings.Replace(driver, "spark-role: driver}", "spark-role: driver}, annotations: {swage.dev/templates: 'a,b'}", 1)
	found := Lint(all, outcomes(t, all, asking))
	if len(found) != 1 || found[0].Template != "team-a/a" || found[0].Line != 10 {
		t.Errorf("the pod asks for both: got %q", lines(found))
	}
}

func TestWhatAPodMadeInVain(t *testing.T) {
	all := templates(t, configMap("team-a", "a", "default", "", "spec:\n  nodeSelector: {own: template}"))
	got := lines(Lint(all, outcomes(t, all, driver)))
	want := []string{"t.yaml:8: warning: without effect on pod team-a/d at /spec/nodeSelector/own (rule PodSpec.nodeSelector: kept)"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q want %q", got, want)
	}
}

func TestPodSecurityLevels(t *testing.T) {
	const takes = "takes pod team-a/d from Pod Security level baseline to privileged: "
	for _, row := range []struct {
		rule, pod, text, want string
	}{
		{"a volume of the node", driver, "spec:\n  volumes: [{name: v, hostPath: {path: /}}]", "t.yaml:8: warning: " + takes + "hostPath volumes at /spec/volumes/0/hostPath"},
		{"one field of a container", driver, "spec:\n  containers: [{name: spark, securityContext: {privileged: true}}]", "t.yaml:8: warning: " + takes + "privileged containers at /spec/containers/0/securityContext/privileged"},
		{"what keeps the level", driver, "spec:\n  volumes: [{name: v, emptyDir: {}}]", ""},
		{"a pod that had no higher one", strings.Replace(driver, "spec:\n", "spec:\n  hostPID: true\n", 1), "spec:\n  volumes: [{name: v, hostPath: {path: /}}]", ""},
	} {
		all := templates(t, configMap("team-a", "a", "default", "", row.text))
		if got := strings.Join(lines(Lint(all, outcomes(t, all, row.pod))), "\n"); got != row.want {
			t.Errorf("%s: got %q want %q", row.rule, got, row.want)
		}
	}
}

func TestErrorsOfOneTemplate(t *testing.T) {
	for _, row := range []struct {
		rule, document, want string
	}{
		{"a line of the value is one of the file", configMap("team-a", "a", "default", "", "spec:\n  nope: 1"), `t.yaml:10: error: spec.nope: unknown field "nope"`},
		{"an annotation has its line", configMap("team-a", "a", "default", "swage.dev/on-conflict: x", "spec: {hostname: h}"), `t.yaml:6: error: metadata.annotations[swage.dev/on-conflict]: found "x"`},
		{"another line that is told counts in the file too", configMap("team-a", "a", "default", "", "spec:\n  hostname: a\n  hostname: b"), `t.yaml:11: error: key "hostname" is already set in line 10`},
		{"keys that the manifest repeats are lost", strings.Replace(configMap("team-a", "a", "default", "", "spec: {hostname: h}"), "\ndata:\n", "\ndata:\n  pod.yaml: x\n", 1), `t.yaml:9: error: key "pod.yaml" of the manifest is already set in line 8`},
		{"one that could change its mind", configMap("team-a", "a", "default", `swage.dev/select: "!team"`, "metadata:\n  labels: {team: x}"), "t.yaml:6: error: metadata.annotations[swage.dev/select]: selects on labels"},
		{"what says nothing is a warning", configMap("team-a", "a", "default", "", "spec: {hostname: h, nodeSelector: {}}"), "t.yaml:9: warning: spec.nodeSelector: {} says nothing"},
	} {
		got := lines(Lint(templates(t, row.document), nil))
		if len(got) != 1 || !strings.HasPrefix(got[0], row.want) {
			t.Errorf("%s: got %q want %q", row.rule, got, row.want)
		}
	}
}

func TestFindingsAreSortedAndToldOnce(t *testing.T) {
	a := Finding{File: "a", Line: 2, Severity: podtemplate.Error, Message: "x"}
	b, c, d := a, a, a
	b.Line, c.File, d.Severity = 10, "b", podtemplate.Warning
	if got, want := sorted([]Finding{c, b, d, a, b}), []Finding{a, d, b, c}; !slices.Equal(got, want) {
		t.Errorf("got %q want %q", lines(got), lines(want))
	}
}
