package podsecurity

import "swage.dev/swage/podtemplate/tree"

// Level is a level of the Pod Security Standards; the stricter is the greater.
type Level int

// The levels. Every pod keeps Privileged.
const (
	Privileged Level = iota
	Baseline
	Restricted
)

func (l Level) String() string { return [...]string{"privileged", "baseline", "restricted"}[l] }

// Violation is one thing that keeps a pod from a level.
type Violation struct {
	// Level is the lowest level that it is against.
	Level Level
	// Node is what is against it, or the container that lacks something.
	Node *tree.Node
	// What names the rule: "hostPath volumes".
	What string
}

// Check returns all that is against a level, level by level.
func Check(pod *tree.Node) []Violation {
	spec := pod.Get("spec")
	var found []Violation
	for _, r := range rules() {
		if r.unlessUserNamespace && userNamespace(spec) {
			continue
		}
		for _, path := range r.paths {
			for _, n := range find(spec, path) {
				if r.against(n) {
					found = append(found, Violation{r.level, n, r.what})
				}
			}
		}
	}
	found = append(found, annotations(pod)...)
	return append(found, demands(spec)...)
}

// LevelOf is the highest level that a pod with these violations keeps.
func LevelOf(violations []Violation) Level {
	level := Restricted
	for _, v := range violations {
		level = min(level, v.Level-1)
	}
	return level
}

// userNamespace tells whether the pod's users are not the node's: then root in
// the pod is nobody outside.
func userNamespace(spec *tree.Node) bool { return spec.Get("hostUsers").Is(tree.False) }
