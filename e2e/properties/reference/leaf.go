// Package reference says what composing templates and settling them against a
// pod means, in the simplest way: every selected template is written out, leaf
// by leaf, for one pod; for each place the strongest template's leaf remains;
// it is settled against what the pod has there. No cache, no tree, no patch.
package reference

import (
	"fmt"
	"strings"

	"swage.dev/swage/e2e/properties/generate"
	"swage.dev/swage/podtemplate"
	"swage.dev/swage/podtemplate/schema"
)

// Leaf is what one template states about one place.
type Leaf struct {
	Path  []Step
	Field *schema.Field
	// Value is what is stated; for a union an object of its members.
	Value any
	From  generate.Template
}

// Policy is how the leaf is settled against the pod.
func (l Leaf) Policy() podtemplate.OnConflict { return l.From.Policy() }

// Step goes one level down: to a member, to a list's element of a key, or to
// the members of a union's group.
type Step struct {
	Member string
	List   *schema.Field // set: Member is an element's key
	Group  []string      // set: the members that form one value
}

// containers is the step to a container by its name, in whichever list it is.
const containers = "containers or initContainers"

// String is the place, for people and as a map's key.
func (l Leaf) String() string {
	var b strings.Builder
	for _, step := range l.Path {
		if step.List != nil {
			fmt.Fprintf(&b, "[%s]", step.Member)
		} else {
			b.WriteString("." + step.Member)
		}
	}
	return b.String()
}

// Get returns what doc has at the leaf's place, nil when there is nothing.
func (l Leaf) Get(doc any) any {
	for _, step := range l.Path {
		doc = step.get(doc)
	}
	return doc
}

func (s Step) get(doc any) any {
	object, _ := doc.(map[string]any)
	switch list, isList := doc.([]any); {
	case s.List != nil && isList:
		return s.element(list)
	case len(s.Group) > 0:
		return s.members(object)
	case s.Member == containers:
		inits, _ := object["initContainers"].([]any)
		regular, _ := object["containers"].([]any)
		return append(append([]any{}, inits...), regular...)
	default:
		return object[s.Member]
	}
}

// element returns the last element of the key: the API server lets the last env of a name win.
func (s Step) element(list []any) (found any) {
	for _, element := range list {
		if s.key(element) == s.Member {
			found = element
		}
	}
	return found
}

func (s Step) key(element any) string {
	if s.List.Name == "containers" {
		return fmt.Sprint(element.(map[string]any)["name"])
	}
	return generate.Key(s.List, element)
}

func (s Step) members(object map[string]any) any {
	have := map[string]any{}
	for _, name := range s.Group {
		if value := object[name]; value != nil {
			have[name] = value
		}
	}
	if len(have) == 0 {
		return nil
	}
	return have
}
