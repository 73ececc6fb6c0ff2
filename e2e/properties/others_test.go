package properties_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"swage.dev/swage/e2e/properties/generate"
	"swage.dev/swage/e2e/properties/reference"
	"swage.dev/swage/podtemplate"
)

// another is another webhook: what it does to a pod, on any pod alike.
type another struct {
	name    string
	changes func(pod map[string]any, ours []string)
}

var others = []another{
	{"adds first", func(pod map[string]any, _ []string) { inject(pod, true) }},
	{"adds last", func(pod map[string]any, _ []string) { inject(pod, false) }},
	{"reorders lists", func(pod map[string]any, _ []string) { reorder(pod) }},
	{"strips annotations that we wrote", func(pod map[string]any, ours []string) {
		annotations, _ := pod["metadata"].(map[string]any)["annotations"].(map[string]any)
		for _, key := range ours {
			delete(annotations, key)
		}
	}},
}

// Other webhooks change the shaped pod, we are called on it, the server
// defaults it, and calls us again: that call finds nothing to do.
func TestOtherWebhooksDoNotMakeUsChangeOurMind(t *testing.T) {
	property(t, generate.Options{}, func(c *trial) {
		g := rapid.SampledFrom(others).Draw(c.T, "the other webhook")
		if g.name == "reorders lists" && repeats(c.Pod) {
			c.Skip("of a repeated key the last counts, and the other webhook changed which that is")
		}
		first := c.shaped(c.valid(c.sent(rapid.Bool().Draw(c.T, "managedFields"))))
		y := c.others(g, first.Pod(), first)
		again := c.shape(y)
		if c.reachesTheirs(again) {
			c.Skip("\"*\" reaches the other webhook's container, which cannot have what a template states")
		}
		if again.Verdict.Denied() {
			c.fail("%s: then we deny: %s\n%s", g.name, again.Reason, y)
		}
		c.mustNotChange("f(D(f(g(f(x))))), g "+g.name, c.again(again.Pod()))
	})
}

// star tells whether a template states something for every container, and so for the other webhook's.
func (c *trial) star() bool {
	return slices.ContainsFunc(c.Templates, func(tpl generate.Template) bool { return strings.Contains(text(tpl.Data), `"name":"*"`) })
}

// reachesTheirs tells whether a pod was denied because of what "*" means for the other webhook's container.
func (c *trial) reachesTheirs(result *podtemplate.Result) bool {
	theirs := strings.Contains(result.Reason, "[mesh") || strings.Contains(result.Reason, "want host port") || strings.Contains(result.Reason, "containers together request")
	return result.Verdict.Denied() && c.star() && theirs
}

// Whether the other webhook or we come first makes no difference but for the
// order of list items: g here adds no key that a template states.
func TestOrderOfWebhooksDoesNotMatter(t *testing.T) {
	property(t, generate.Options{}, func(c *trial) {
		g := rapid.SampledFrom(others).Draw(c.T, "the other webhook")
		if g.name == "reorders lists" && repeats(c.Pod) {
			c.Skip("of a repeated key the last counts")
		}
		if c.Pod["spec"].(map[string]any)["runtimeClassName"] != nil && strings.Contains(text(c.Templates), `"runtimeClassName"`) {
			c.Skip("what the author did not state and the old runtime class may have added goes with it (R9)")
		}
		x := c.valid(c.sent(rapid.Bool().Draw(c.T, "managedFields")))
		first := c.shaped(x)
		afterwards := c.shape(c.others(g, first.Pod(), first))
		before := c.shape(c.others(g, x, first))
		if unstable(afterwards) || unstable(before) {
			c.Skip("an unstable template: it is refused where it is written (R6)")
		}
		if afterwards.Verdict.Denied() != before.Verdict.Denied() {
			c.fail("g %s: f(g(f(x))) is %s %s, f(g(x)) is %s %s", g.name, afterwards.Verdict, afterwards.Reason, before.Verdict, before.Reason)
		}
		if before.Verdict.Denied() {
			return
		}
		if c.star() && (crossField(before) || crossField(afterwards)) {
			c.Skip("\"*\" states a key of the other webhook's container, and something gave way")
		}
		c.mustEqual("g "+g.name+": f(g(f(x))), but f(g(x))", sorted(reference.Read(afterwards.Pod())), sorted(reference.Read(before.Pod())))
	})
}

func (c *trial) others(g another, raw []byte, result *podtemplate.Result) []byte {
	c.Helper()
	var ours []string
	for _, change := range result.Changes {
		if key, found := strings.CutPrefix(change.Path, "/metadata/annotations/"); found && change.Op == podtemplate.OpAdd {
			ours = append(ours, strings.NewReplacer("~1", "/", "~0", "~").Replace(key))
		}
	}
	pod := reference.Read(raw)
	g.changes(pod, ours)
	return []byte(write(c.T, pod))
}

func inject(pod map[string]any, first bool) {
	add := func(object map[string]any, name string, value any) {
		list, _ := object[name].([]any)
		at := len(list)
		if first {
			at = 0
		}
		object[name] = slices.Insert(list, at, value)
	}
	spec := pod["spec"].(map[string]any)
	add(spec, "containers", map[string]any{"name": "mesh", "image": "mesh:1"})
	add(spec, "initContainers", map[string]any{"name": "mesh-init", "image": "mesh:1"})
	add(spec, "volumes", map[string]any{"name": "mesh", "emptyDir": map[string]any{}})
	add(spec, "tolerations", map[string]any{"key": "mesh", "operator": "Exists"})
	spark := fmt.Sprint("spark-kubernetes-", pod["metadata"].(map[string]any)["labels"].(map[string]any)["spark-role"])
	for _, container := range spec["containers"].([]any) {
		if c := container.(map[string]any); c["name"] == spark {
			add(c, "env", map[string]any{"name": "MESH", "value": "1"})
			add(c, "volumeMounts", map[string]any{"name": "mesh", "mountPath": "/mesh"})
		}
	}
}

func reorder(value any) {
	switch value := value.(type) {
	case map[string]any:
		for name, below := range value {
			switch name {
			case "command", "args", "nodeSelectorTerms", "managedFields", "hostnames", "sources":
			default:
				reorder(below)
			}
		}
	case []any:
		slices.Reverse(value)
		for _, below := range value {
			reorder(below)
		}
	}
}

// repeats tells whether a container of the pod states an env name twice.
func repeats(pod map[string]any) bool {
	spec := pod["spec"].(map[string]any)
	inits, _ := spec["initContainers"].([]any)
	for _, container := range append(slices.Clone(inits), spec["containers"].([]any)...) {
		seen := map[any]bool{}
		env, _ := container.(map[string]any)["env"].([]any)
		for _, entry := range env {
			name := entry.(map[string]any)["name"]
			if seen[name] {
				return true
			}
			seen[name] = true
		}
	}
	return false
}

// sorted brings every list into one order, and the paths in SPARK_LOCAL_DIRS, which follow the order of mounts.
func sorted(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for name, below := range value {
			value[name] = sorted(below)
		}
		if dirs, ok := value["value"].(string); ok && value["name"] == "SPARK_LOCAL_DIRS" {
			parts := strings.Split(dirs, ",")
			slices.Sort(parts)
			value["value"] = strings.Join(parts, ",")
		}
		return value
	case []any:
		for i := range value {
			value[i] = sorted(value[i])
		}
		slices.SortFunc(value, func(a, b any) int { return strings.Compare(text(a), text(b)) })
		return value
	default:
		return value
	}
}
