package reference

import (
	"encoding/json"
	"fmt"
	"reflect"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/podtemplate/schema"
)

// Outcome is what becomes of one leaf.
type Outcome int

// The outcomes.
const (
	Taken    Outcome = iota // the leaf's value is in the shaped pod
	Kept                    // the pod's value stays
	Rejected                // the pod is denied
)

// Judge is the API server, as far as settling needs it: it decodes and defaults.
type Judge interface {
	Default(raw []byte) ([]byte, error)
}

// Settle says what becomes of a leaf in a pod. A value that the server would
// fill in by itself counts as absent, and what is equal to the server is equal.
func Settle(l Leaf, pod map[string]any, judge Judge) (Outcome, error) {
	have := l.Get(pod)
	if have == nil {
		return Taken, nil
	}
	if isSet(l.Field) {
		return Taken, nil
	}
	same, err := seenAlike(l, pod, judge)
	if err != nil || same {
		return Taken, err
	}
	yields, err := filledIn(l, pod, judge)
	switch {
	case err != nil || yields:
		return Taken, err
	case l.Policy() == podtemplate.Replace:
		return Taken, nil
	case l.Policy() == podtemplate.Reject:
		return Rejected, nil
	default:
		return Kept, nil
	}
}

func isSet(f *schema.Field) bool { return f.Rule.How == schema.Set || f.Rule.How == schema.Sources }

// seenAlike tells whether the server sees no difference between the pod's value and the leaf's.
func seenAlike(l Leaf, pod map[string]any, judge Judge) (bool, error) {
	changed := Copy(pod)
	l.Put(changed)
	before, err := Seen(l, pod, judge)
	if err != nil {
		return false, err
	}
	after, err := Seen(l, changed, judge)
	return reflect.DeepEqual(before, after), err
}

// filledIn tells whether the server, or a plugin of it, puts just this value there when nobody does.
func filledIn(l Leaf, pod map[string]any, judge Judge) (bool, error) {
	if pluginConstants[l.String()] != "" && pluginConstants[l.String()] == fmt.Sprint(l.Get(pod)) {
		return true, nil
	}
	if l.Field.Rule.How == schema.Items || l.Field.Rule.How == schema.Union {
		return false, nil // volumes and env never yield: whoever wrote them meant them
	}
	without := Copy(pod)
	l.Remove(without)
	before, err := Seen(l, pod, judge)
	if err != nil {
		return false, err
	}
	after, err := Seen(l, without, judge)
	return reflect.DeepEqual(before, after), err
}

// pluginConstants are what plugins fill in; without managedFields the value alone tells.
var pluginConstants = map[string]string{
	".spec.serviceAccountName": "default",
	".spec.preemptionPolicy":   "PreemptLowerPriority",
}

// Seen returns what the server sees at the leaf's place.
func Seen(l Leaf, pod map[string]any, judge Judge) (any, error) {
	text, err := json.Marshal(pod)
	if err != nil {
		return nil, err
	}
	seen, err := judge.Default(text)
	if err != nil {
		return nil, err
	}
	value := l.Get(Read(seen))
	if toleration, ok := value.(map[string]any); ok && l.Field.Name == "tolerations" && toleration["operator"] == nil {
		toleration["operator"] = "Equal" // by its documentation, not by a default that the server writes
	}
	return value, nil
}

// Read parses JSON; numbers are float64, as in drawn pods.
func Read(text []byte) (doc map[string]any) {
	if err := json.Unmarshal(text, &doc); err != nil {
		panic(err) // the server's own output
	}
	return doc
}

// Copy is a deep copy.
func Copy(doc map[string]any) map[string]any {
	text, err := json.Marshal(doc)
	if err != nil {
		panic(err) // it was read from JSON
	}
	return Read(text)
}

func text(value any) string {
	out, err := json.Marshal(value)
	if err != nil {
		panic(err) // it was read from JSON
	}
	return string(out)
}
