package podtemplate

import (
	"slices"

	"swage.dev/swage/podtemplate/tree"
)

// evidence are the ways to recognise the Spark container, the surest first.
// Never "the first container": a service mesh puts its own in front.
var evidence = []func(r recogniser, container *tree.Node) bool{
	func(_ recogniser, c *tree.Node) bool { return startsSpark(c) },
	func(_ recogniser, c *tree.Node) bool { return hasSparkEnv(c) },
	func(r recogniser, c *tree.Node) bool { return c.Get("name").Text() == containerPrefix+string(r.role) },
	func(r recogniser, c *tree.Node) bool { return r.told != "" && c.Get("name").Text() == r.told },
	func(r recogniser, c *tree.Node) bool { return r.annotated != "" && c.Get("name").Text() == r.annotated },
	func(r recogniser, _ *tree.Node) bool { return r.only },
}

// defaultContainerAnnotation is kubectl's; service meshes and Spark images set it.
const defaultContainerAnnotation = "kubectl.kubernetes.io/default-container"

// recogniser is what the evidence is judged by.
type recogniser struct {
	role      Role
	told      string // by the webhook entry that matched the pod
	annotated string
	only      bool
}

// sparkCandidates returns the indexes of the containers that run Spark by the
// surest evidence there is; none when nothing tells.
func sparkCandidates(req Request, role Role, list []*tree.Node) []int {
	annotated, _ := req.Pod.Annotation(defaultContainerAnnotation)
	r := recogniser{role: role, told: req.SparkContainer, annotated: annotated, only: len(list) == 1}
	for _, shows := range evidence {
		var found []int
		for i, container := range list {
			if shows(r, container) {
				found = append(found, i)
			}
		}
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// startsSpark: Spark's entrypoint takes the role as its first argument.
func startsSpark(container *tree.Node) bool {
	args := container.Get("args").Elements()
	return len(args) > 0 && (args[0].Text() == string(Driver) || args[0].Text() == string(Executor))
}

func hasSparkEnv(container *tree.Node) bool {
	return slices.ContainsFunc(container.Get("env").Elements(), func(env *tree.Node) bool {
		name := env.Get("name").Text()
		return name == executorIDEnv || name == driverBindEnv
	})
}

// outlineOf returns which containers a pod has.
func outlineOf(req Request, role Role, root *tree.Node) outline {
	o := outline{spark: sparkCandidates(req, role, root.At("spec", containers).Elements())}
	for _, container := range root.At("spec", containers).Elements() {
		o.containers = append(o.containers, container.Get("name").Text())
	}
	for i, container := range root.At("spec", inits).Elements() {
		o.inits = append(o.inits, container.Get("name").Text())
		if restartsAlways(container) {
			o.sidecars = append(o.sidecars, i)
		}
	}
	return o
}
