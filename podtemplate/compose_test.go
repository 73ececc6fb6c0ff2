package podtemplate

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// composed returns the plan for an executor with the containers of an outline; templates weakest first.
func composed(t *testing.T, o outline, shelves ...shelf) *plan {
	t.Helper()
	var templates []*Template
	for _, s := range shelves {
		e := s.entry()
		if e.Err != nil {
			t.Fatal(e.Err)
		}
		templates = append(templates, e.Template)
	}
	p, refusal := compose(templates, Executor, o, values{}, true)
	if refusal != nil {
		t.Fatal(refusal.reason)
	}
	return p
}

var sparkOnly = outline{containers: []string{"spark-kubernetes-executor"}, spark: []int{0}}

// targetsOf writes the containers of a plan as "list/name: what is stated".
func targetsOf(p *plan, o outline) []string {
	var all []string
	for _, target := range p.targets {
		name := target.name
		if target.index != absent {
			name = o.list(target.list)[target.index]
		}
		all = append(all, fmt.Sprintf("%s/%s: %s", target.list, name, target.body.node(everyPart).JSON()))
	}
	return all
}

// TestR10TheLadderDecidesLeafByLeaf: a template wins a leaf, not an object; the winning leaf brings its own template.
func TestR10TheLadderDecidesLeafByLeaf(t *testing.T) {
	p := composed(t, sparkOnly,
		shelf{what: "team-a/weak default", text: "spec: {securityContext: {runAsUser: 1, fsGroup: 1}, containers: [{name: spark, image: a, resources: {limits: {cpu: 1, memory: 1Gi}}}]}"},
		shelf{what: "team-a/strong default", text: "spec: {securityContext: {runAsUser: 2}, containers: [{name: spark, resources: {limits: {cpu: 2}}}]}"},
	)
	if got, want := p.root.node(everyPart).JSON(), `{"spec":{"securityContext":{"runAsUser":2,"fsGroup":1}}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := targetsOf(p, sparkOnly)[0], `containers/spark-kubernetes-executor: {"image":"a","resources":{"limits":{"cpu":2,"memory":"1Gi"}}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	limits := p.targets[0].body.at("resources", "limits")
	if cpu, memory := limits.kid("cpu").from.template.Name, limits.kid("memory").from.template.Name; cpu != "strong" || memory != "weak" {
		t.Errorf("cpu is %s's, memory is %s's", cpu, memory)
	}
}

// TestR10AUnionIsOneLeaf: the stronger template's member takes the weaker one's place, and does not stand beside it.
func TestR10AUnionIsOneLeaf(t *testing.T) {
	p := composed(t, sparkOnly,
		shelf{what: "team-a/weak default", text: "spec: {containers: [{name: spark, livenessProbe: {exec: {command: [a]}, periodSeconds: 1}}]}"},
		shelf{what: "team-a/strong default", text: "spec: {containers: [{name: spark, livenessProbe: {tcpSocket: {port: 1}}}]}"},
	)
	if got, want := targetsOf(p, sparkOnly)[0], `containers/spark-kubernetes-executor: {"livenessProbe":{"tcpSocket":{"port":1},"periodSeconds":1}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestR10NewItemsComeWeakestFirst: what a stronger template says of an item stands where the weaker one brought it.
func TestR10NewItemsComeWeakestFirst(t *testing.T) {
	p := composed(t, sparkOnly,
		shelf{what: "system/base default", text: "spec: {containers: [{name: spark, env: [{name: HOME_DIR, value: /a}, {name: BOTH, value: weak}]}]}"},
		shelf{what: "team-a/team default", text: "spec: {containers: [{name: spark, env: [{name: LIB, value: $(HOME_DIR)/lib}, {name: BOTH, value: strong}]}]}"},
	)
	want := `containers/spark-kubernetes-executor: {"env":[{"name":"HOME_DIR","value":"/a"},{"name":"BOTH","value":"strong"},{"name":"LIB","value":"$(HOME_DIR)/lib"}]}`
	if got := targetsOf(p, sparkOnly)[0]; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestR10TheRolesEntryLiesOverPodYAML: within one template, too, leaf by leaf.
func TestR10TheRolesEntryLiesOverPodYAML(t *testing.T) {
	cm := configMap(Default, map[string]string{
		"pod.yaml":      "spec: {hostname: both, subdomain: both}",
		"executor.yaml": "spec: {hostname: executor}",
		"driver.yaml":   "spec: {hostname: driver, subdomain: driver}",
	})
	template, err := Load(cm, LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for role, want := range map[Role]string{
		Executor: `{"spec":{"hostname":"executor","subdomain":"both"}}`,
		Driver:   `{"spec":{"hostname":"driver","subdomain":"driver"}}`,
	} {
		p, refusal := compose([]*Template{template}, role, sparkOnly, values{}, true)
		if refusal != nil {
			t.Fatal(refusal.reason)
		}
		if got := p.root.node(everyPart).JSON(); got != want {
			t.Errorf("%s: got %s, want %s", role, got, want)
		}
	}
}

// TestR10ComposingChangesNoTemplate: plans share leaves, so branches must be their own.
func TestR10ComposingChangesNoTemplate(t *testing.T) {
	weak := shelf{what: "team-a/weak default", text: "spec: {nodeSelector: {a: x}, containers: [{name: '*', tty: true}, {name: side, image: i, env: [{name: A}]}]}"}.entry()
	strong := shelf{what: "team-a/strong enforced", text: "spec: {nodeSelector: {a: z, b: x}, securityContext: {runAsUser: 1}, containers: [{name: side, image: j, env: [{name: B}]}]}"}.entry()
	texts := func() string {
		return weak.Template.entries["pod.yaml"].parts.node(everyPart).JSON() + strong.Template.entries["pod.yaml"].parts.node(everyPart).JSON()
	}
	before := texts()
	for range 2 {
		if _, refusal := compose([]*Template{weak.Template, strong.Template}, Executor, sparkOnly, values{}, true); refusal != nil {
			t.Fatal(refusal.reason)
		}
	}
	if after := texts(); after != before {
		t.Errorf("templates changed:\n%s\n%s", before, after)
	}
}

// TestR11StarReachesEveryContainer: of the pod, and those that other templates add, of either list; a container's own entry beats it.
func TestR11StarReachesEveryContainer(t *testing.T) {
	o := outline{containers: []string{"mesh", "spark-kubernetes-executor"}, inits: []string{"setup"}, spark: []int{1}}
	p := composed(t, o,
		shelf{what: "team-a/a default", text: "spec: {initContainers: [{name: late, image: i}], containers: [{name: side, image: i, stdin: true}]}"},
		shelf{what: "team-a/b default", text: "spec: {containers: [{name: '*', tty: true, stdin: false}, {name: mesh, tty: false}]}"},
	)
	want := []string{
		`initContainers/setup: {"stdin":false,"tty":true}`,
		`containers/mesh: {"stdin":false,"tty":false}`,
		`containers/spark-kubernetes-executor: {"stdin":false,"tty":true}`,
		`initContainers/side: {"image":"i","restartPolicy":"Always","stdin":false,"tty":true}`,
		`initContainers/late: {"image":"i","stdin":false,"tty":true}`,
	}
	if got := targetsOf(p, o); !slices.Equal(got, want) {
		t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestR23TheStrongestTemplatePlacesAContainer: where two templates want it in different lists.
func TestR23TheStrongestTemplatePlacesAContainer(t *testing.T) {
	asContainer := "spec: {containers: [{name: c, image: a}]}"
	asInit := "spec: {initContainers: [{name: c, image: b}]}"
	tests := []struct {
		name         string
		weak, strong shelf
		want         string
	}{
		{"a sidecar", shelf{text: asContainer}, shelf{text: asContainer}, `initContainers/c: {"image":"a","restartPolicy":"Always"}`},
		{"a regular container", shelf{text: asContainer}, shelf{annotations: "native-sidecars=false", text: asContainer}, `containers/c: {"image":"a"}`},
		{"a sidecar over a regular one", shelf{annotations: "native-sidecars=false", text: asContainer}, shelf{text: asContainer}, `initContainers/c: {"image":"a","restartPolicy":"Always"}`},
		{"an init container that a stronger one patches under containers stays one (R18)", shelf{text: asInit}, shelf{text: "spec: {containers: [{name: c, tty: true}]}"}, `initContainers/c: {"image":"b","tty":true}`},
		{"a sidecar by what every container is", shelf{text: asInit}, shelf{text: "spec: {containers: [{name: '*', restartPolicy: Always}]}"}, `initContainers/c: {"image":"b","restartPolicy":"Always"}`},
		{"an init container", shelf{text: asInit}, shelf{text: asInit}, `initContainers/c: {"image":"b"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.weak.what, tt.strong.what = "team-a/a default", "team-a/b default"
			p := composed(t, sparkOnly, tt.weak, tt.strong)
			if got := targetsOf(p, sparkOnly); len(got) != 2 || got[1] != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestR25FilledInPlaceholdersMayClash: two items that become one make the template broken for this pod only:
// a default one is skipped, others deny.
func TestR25FilledInPlaceholdersMayClash(t *testing.T) {
	const text = "spec: {volumes: [{name: 'v-{{ROLE}}'}, {name: 'v-{{APP_NAME}}'}]}"
	asDefault := []shelf{{what: "team-a/a default", text: text}, {what: "team-a/b default"}}
	choice{shelves: asDefault, labels: "spark-app-name=etl", want: "team-a/a team-a/b"}.check(t)
	choice{
		shelves: asDefault, labels: "spark-app-name=executor", want: "team-a/b",
		tells: "template team-a/a does not load with its placeholders filled in: skipped",
	}.check(t)
	choice{
		shelves: []shelf{{what: "team-a/a enforced", text: text}}, labels: "spark-app-name=executor", verdict: DeniedBrokenTemplate,
		tells: "template team-a/a: spec.volumes[1], with its placeholders filled in: stated twice in one list",
	}.check(t)
}
