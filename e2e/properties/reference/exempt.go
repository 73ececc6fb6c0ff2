package reference

import (
	"slices"
	"strings"

	"swage.dev/swage/e2e/properties/generate"
	"swage.dev/swage/podtemplate"
)

// exemption is a rule beyond the fold: where it speaks, the fold does not.
type exemption struct {
	Reason  string
	applies func(l Leaf, c generate.Case, all []Leaf) bool
}

// exemptions are all of them; each has tests of its own.
var exemptions = []exemption{
	{"Spark's labels, and all that a driver came with, are protected", func(l Leaf, c generate.Case, _ []Leaf) bool {
		key, found := strings.CutPrefix(l.String(), ".metadata.labels.")
		return found && (strings.HasPrefix(key, "spark-") || c.Role == podtemplate.Driver)
	}},
	{"the Spark container's command and args are protected", func(l Leaf, c generate.Case, _ []Leaf) bool {
		return inSpark(l, c) && (l.Field.Name == "command" || l.Field.Name == "args")
	}},
	{"Spark's env, volumes and scratch space are protected or follow a rule of their own", func(l Leaf, _ generate.Case, _ []Leaf) bool {
		return within(l, "env", "SPARK_") || within(l, "volumes", "spark-") || l.Field.Name == "volumeMounts" && strings.Contains(text(l.Value), `"spark-`)
	}},
	{"a decommissioning hook is protected", func(l Leaf, c generate.Case, _ []Leaf) bool {
		return inSpark(l, c) && strings.Contains(l.String(), "preStop") && strings.Contains(text(l.Get(c.Pod)), "decom")
	}},
	{"a driver's own ports are protected, and a new port's name may be taken", func(l Leaf, _ generate.Case, _ []Leaf) bool {
		return strings.Contains(l.String(), ".ports[")
	}},
	{"a volume is not replaced under foreign mounts, and a mount goes with its template's volume", func(l Leaf, c generate.Case, _ []Leaf) bool {
		return l.Field.Name == "volumes" && l.Policy() == podtemplate.Replace && l.Get(c.Pod) != nil ||
			l.Field.Name == "volumeMounts" || l.Field.Name == "volumeDevices"
	}},
	{"a probe without an action only changes one that is there", func(l Leaf, c generate.Case, _ []Leaf) bool {
		if l.Field.Owner != "Probe" {
			return false
		}
		probe := Leaf{Path: l.Path[:len(l.Path)-1]}
		return probe.Get(c.Pod) == nil
	}},
	{"an enforced pod-level securityContext reaches the containers that contradict it", func(l Leaf, c generate.Case, all []Leaf) bool {
		if !strings.Contains(l.String(), "].securityContext") {
			return false
		}
		for _, tpl := range c.Templates {
			if tpl.Mode == podtemplate.Enforced && strings.Contains(text(tpl.Data), `"securityContext"`) {
				return true
			}
		}
		return false
	}},
	{"in the Spark container a request that equals its limit is Spark's own", func(l Leaf, c generate.Case, _ []Leaf) bool {
		return inSpark(l, c) && strings.Contains(l.String(), ".resources.requests")
	}},
	{"a value that is what the server derives from the merged source may yield, too", func(l Leaf, _ generate.Case, all []Leaf) bool {
		source := strings.NewReplacer("imagePullPolicy", "image", "requests", "limits").Replace(l.String())
		return source != l.String() && slices.ContainsFunc(all, func(other Leaf) bool {
			return other.Policy() == podtemplate.Replace && other.String() == source
		}) || strings.HasPrefix(l.String(), ".spec.resources.requests")
	}},
	{"the tolerations of a plugin yield", func(l Leaf, _ generate.Case, _ []Leaf) bool {
		return l.Field.Name == "tolerations" && strings.Contains(l.String(), "node.kubernetes.io/")
	}},
	{"under a runtime class the server keeps only tolerations that no other covers", func(l Leaf, c generate.Case, all []Leaf) bool {
		return l.Field.Name == "tolerations" && (c.Pod["spec"].(map[string]any)["runtimeClassName"] != nil || slices.ContainsFunc(all, func(l Leaf) bool { return l.Field.Name == "runtimeClassName" }))
	}},
	{"what a plugin fills in anyhow need not be written", func(l Leaf, _ generate.Case, _ []Leaf) bool {
		return l.Value == pluginConstants[l.String()]
	}},
	{"a container that the pod has in its other list is one conflict", func(l Leaf, c generate.Case, _ []Leaf) bool {
		name, isContainer := container(l)
		return isContainer && clashes(c, name)
	}},
}

// Exempt returns why the fold does not speak about a leaf, "" if it does.
func Exempt(l Leaf, c generate.Case, all []Leaf) string {
	for _, e := range exemptions {
		if e.applies(l, c, all) {
			return e.Reason
		}
	}
	return ""
}

func within(l Leaf, list, prefix string) bool {
	return l.Field.Name == list && strings.HasPrefix(strings.Trim(l.Path[len(l.Path)-1].Member, `["`), prefix)
}

func container(l Leaf) (name string, ok bool) {
	if len(l.Path) > 2 && l.Path[1].Member == containers {
		return l.Path[2].Member, true
	}
	return "", false
}

func inSpark(l Leaf, c generate.Case) bool {
	name, _ := container(l)
	return name == "spark-kubernetes-"+string(c.Role)
}

// clashes tells whether templates and the pod speak of a container in both lists.
func clashes(c generate.Case, name string) bool {
	lists := map[string]bool{}
	note := func(spec any) {
		object, _ := spec.(map[string]any)
		for _, list := range []string{"containers", "initContainers"} {
			elements, _ := object[list].([]any)
			for _, element := range elements {
				if element.(map[string]any)["name"] == name {
					lists[list] = true
				}
			}
		}
	}
	note(c.Pod["spec"])
	inPod := len(lists) > 0
	for _, tpl := range c.Templates {
		for _, body := range tpl.Data {
			note(body["spec"])
		}
	}
	return inPod && len(lists) > 1
}

// Clash tells whether templates and the pod speak of any container in both
// lists: a conflict even where the template states nothing but the name.
func Clash(c generate.Case) bool {
	for _, container := range inLists(c.Pod["spec"]) {
		if clashes(c, container.(map[string]any)["name"].(string)) {
			return true
		}
	}
	return false
}

// Unenforced returns why an enforced leaf may be missing in the shaped pod, "" if it may not.
func Unenforced(l Leaf, c generate.Case, shaped map[string]any) string {
	probe := Leaf{Path: l.Path[:len(l.Path)-1]}
	switch name, isContainer := container(l); {
	case isContainer && (Leaf{Path: l.Path[:3]}).Get(shaped) == nil:
		return "nobody brings an image for the container"
	case l.Field.Owner == "Probe" && probe.Get(shaped) == nil:
		return "a probe without an action only changes one that is there"
	case l.Field.Path() == "ContainerPort.name":
		return "a stronger template may give the name to another port"
	case isContainer && name == "spark-kubernetes-"+string(c.Role) && within(l, "env", "SPARK_LOCAL_DIRS"):
		return "it follows the scratch volumes"
	case l.Field.Name == "tolerations" && shaped["spec"].(map[string]any)["runtimeClassName"] != nil:
		return "under a runtime class the server keeps only what no other toleration covers"
	case l.Value == pluginConstants[l.String()]:
		return "what a plugin fills in anyhow need not be written"
	}
	return ""
}
