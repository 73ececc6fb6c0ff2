package reference

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"swage.dev/swage/e2e/properties/generate"
	"swage.dev/swage/podtemplate"
	"swage.dev/swage/podtemplate/schema"
)

// Expand writes out the selected templates, weakest first, for one pod: names
// of containers in place of aliases and "*", values in place of placeholders.
// Of each place the strongest template's leaf remains.
func Expand(c generate.Case, selected []generate.Template) []Leaf {
	e := expander{c: c, at: map[string]int{}}
	e.names = e.containerNames(selected)
	for _, tpl := range selected {
		e.from = tpl
		bodies := e.bodies(tpl)
		for _, body := range bodies {
			e.everyContainer(body)
		}
		for _, body := range bodies {
			e.body(body)
		}
	}
	return e.leaves
}

type expander struct {
	c      generate.Case
	names  []string // of all containers of the shaped pod
	from   generate.Template
	leaves []Leaf
	at     map[string]int // the index in leaves of each place
}

// bodies are the template's files for the pod's role, placeholders filled in.
func (e *expander) bodies(tpl generate.Template) (bodies []map[string]any) {
	labels := e.c.Pod["metadata"].(map[string]any)["labels"].(map[string]any)
	word := func(label string) string { text, _ := labels[label].(string); return text }
	fill := strings.NewReplacer("{{{{", "{{", "{{APP_ID}}", word("spark-app-selector"), "{{APP_NAME}}", word("spark-app-name"),
		"{{EXECUTOR_ID}}", word("spark-exec-id"), "{{NAMESPACE}}", e.c.Namespace, "{{ROLE}}", string(e.c.Role))
	for _, key := range []string{"pod.yaml", string(e.c.Role) + ".yaml"} {
		if tpl.Data[key] != nil {
			text, _ := json.Marshal(tpl.Data[key])
			var body map[string]any
			_ = json.Unmarshal([]byte(fill.Replace(string(text))), &body)
			e.withoutOtherRole(body)
			bodies = append(bodies, body)
		}
	}
	return bodies
}

// withoutOtherRole leaves out the Spark container of the other role, which is none of this pod.
func (e *expander) withoutOtherRole(body map[string]any) {
	spec, _ := body["spec"].(map[string]any)
	for _, list := range []string{"containers", "initContainers"} {
		if elements, ok := spec[list].([]any); ok {
			spec[list] = slices.DeleteFunc(elements, func(container any) bool {
				name := container.(map[string]any)["name"].(string)
				return strings.HasPrefix(name, "spark-kubernetes-") && name != e.spark()
			})
		}
	}
}

// Bodies are a template's files for the pod's role, weakest first, placeholders filled in.
func Bodies(c generate.Case, tpl generate.Template) []map[string]any {
	e := expander{c: c}
	return e.bodies(tpl)
}

// spark is the name of the pod's Spark container.
func (e *expander) spark() string { return "spark-kubernetes-" + string(e.c.Role) }

func (e *expander) named(container any) string {
	name := container.(map[string]any)["name"].(string)
	if name == "spark" {
		return e.spark()
	}
	return name
}

// ContainerNames are the names of the pod's containers, and of those that the templates bring.
func ContainerNames(c generate.Case, selected []generate.Template) []string {
	e := expander{c: c}
	return e.containerNames(selected)
}

// containerNames are those of the pod, and those that a template brings an image for.
func (e *expander) containerNames(selected []generate.Template) []string {
	names := map[string]bool{}
	for _, container := range inLists(e.c.Pod["spec"]) {
		names[container.(map[string]any)["name"].(string)] = true
	}
	for _, tpl := range selected {
		for _, body := range e.bodies(tpl) {
			for _, container := range inLists(body["spec"]) {
				if container.(map[string]any)["image"] != nil && e.named(container) != "*" {
					names[e.named(container)] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(names))
}

func inLists(spec any) []any {
	all, _ := Step{Member: containers}.get(spec).([]any)
	return all
}

func (e *expander) everyContainer(body map[string]any) {
	for _, container := range inLists(body["spec"]) {
		if e.named(container) == "*" {
			for _, name := range e.names {
				e.container(name, container)
			}
		}
	}
}

func (e *expander) body(body map[string]any) {
	e.object(schema.PodTemplate(), nil, body)
	for _, container := range inLists(body["spec"]) {
		if name := e.named(container); slices.Contains(e.names, name) {
			e.container(name, container)
		}
	}
}

func (e *expander) container(name string, container any) {
	field := schema.TypeNamed("PodSpec").Field("containers")
	path := []Step{{Member: "spec"}, {Member: containers}, {Member: name, List: field}}
	e.object(field.Type.Elem, path, container)
}

// object writes out the members of an object.
func (e *expander) object(t *schema.Type, path []Step, value any) {
	object, _ := value.(map[string]any)
	for _, f := range t.Fields {
		if object[f.Name] == nil || f.Rule == nil || f.Name == "containers" || f.Name == "initContainers" || f.Path() == "Container.name" {
			continue
		}
		if f.Rule.How == schema.Union {
			group := unionOf(t, f)
			e.leaf(slices.Concat(path, []Step{{Member: f.Rule.Group, Group: group}}), f, Step{Group: group}.members(object))
			continue
		}
		e.member(f, slices.Concat(path, []Step{{Member: f.Name}}), object[f.Name])
	}
}

func (e *expander) member(f *schema.Field, path []Step, stated any) {
	switch f.Rule.How {
	case schema.Object:
		e.object(f.Type, path, stated)
	case schema.ByKey:
		for key, entry := range stated.(map[string]any) {
			e.leaf(slices.Concat(path, []Step{{Member: key}}), f, entry)
		}
	case schema.Keyed, schema.Items, schema.Set, schema.Sources:
		e.list(f, path, stated.([]any))
	case schema.Atomic:
		e.leaf(path, f, stated)
	}
}

func (e *expander) list(f *schema.Field, path []Step, list []any) {
	for _, element := range list {
		at := slices.Concat(path, []Step{{Member: generate.Key(f, element), List: f}})
		if f.Rule.How == schema.Keyed {
			e.object(f.Type.Elem, at, element)
			continue
		}
		e.leaf(at, f, element)
	}
}

// leaf keeps the strongest: templates come weakest first, so it is the last.
func (e *expander) leaf(path []Step, f *schema.Field, value any) {
	l := Leaf{Path: path, Field: f, Value: value, From: e.from}
	if i, ok := e.at[l.String()]; ok {
		e.leaves[i] = l
		return
	}
	e.at[l.String()] = len(e.leaves)
	e.leaves = append(e.leaves, l)
}

func unionOf(t *schema.Type, f *schema.Field) (names []string) {
	for _, other := range t.Fields {
		if other.Rule != nil && other.Rule.How == schema.Union && other.Rule.Group == f.Rule.Group {
			names = append(names, other.Name)
		}
	}
	return names
}

// Selected returns the templates of a result, weakest first.
func Selected(c generate.Case, refs []podtemplate.Ref) (selected []generate.Template) {
	for _, ref := range refs {
		i := slices.IndexFunc(c.Templates, func(t generate.Template) bool {
			return t.Name == ref.Name && t.System == (ref.Namespace == podtemplate.DefaultSystemNamespace)
		})
		selected = append(selected, c.Templates[i])
	}
	return selected
}
