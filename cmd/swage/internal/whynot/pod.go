package whynot

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/cmd/swage/internal/offline"
	"swage.dev/swage/podtemplate"
)

// Pod is the pod that the walk is about.
type Pod struct {
	*offline.Pod
	// created is when the API server stored it; zero for one that it has not.
	created time.Time
	trace   *trace // what the server left on it, nil if nothing
}

func newPod(p *offline.Pod) Pod {
	pod := Pod{Pod: p}
	var stored struct{ Metadata metav1.ObjectMeta }
	if json.Unmarshal(p.JSON(), &stored) == nil && stored.Metadata.UID != "" {
		pod.created = stored.Metadata.CreationTimestamp.Time
		pod.trace = readTrace(stored.Metadata.Annotations[podtemplate.ShapedAnnotation])
	}
	return pod
}

// stored tells whether the pod exists. An annotation of one that does not is its writer's, and means nothing.
func (p Pod) stored() bool { return !p.created.IsZero() }

// precedes tells whether the pod is older than what was done at a time. Both are
// whole seconds: within one nobody can tell, and the pod is taken for the younger.
func (p Pod) precedes(t time.Time) bool { return p.stored() && t.After(p.created) }

// trace is the annotation swage.dev/shaped.
type trace struct {
	Version   int      `json:"v"`
	Templates []string `json:"templates"`
	// All is set where the list was cut.
	All string `json:"all"`
}

func readTrace(text string) *trace {
	t := &trace{}
	if text == "" || json.Unmarshal([]byte(text), t) != nil || t.Version != 1 {
		return nil
	}
	return t
}

// digestOf is what a template had for a digest when the pod was shaped by it; "" when it was not.
func (t *trace) digestOf(template string) string {
	for _, entry := range t.Templates {
		if name, digest, _ := strings.Cut(entry, "@"); name == template {
			return digest
		}
	}
	return ""
}

// gone are the templates of the trace that there are no longer.
func (t *trace) gone(candidates []podtemplate.Candidate) (names []string) {
	for _, entry := range t.Templates {
		name, _, _ := strings.Cut(entry, "@")
		if !slices.ContainsFunc(candidates, func(c podtemplate.Candidate) bool { return c.Ref.String() == name }) {
			names = append(names, name)
		}
	}
	return names
}

func at(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// changed is when somebody last wrote one of the fields of an object, by
// managedFields; zero if nobody has, or it is not known.
func changed(meta *metav1.ObjectMeta, fields ...string) (when time.Time, by string) {
	for _, entry := range meta.ManagedFields {
		if entry.Time == nil || entry.FieldsV1 == nil || !entry.Time.After(when) {
			continue
		}
		text := string(entry.FieldsV1.GetRawBytes())
		if slices.ContainsFunc(fields, func(field string) bool { return strings.Contains(text, fmt.Sprintf("%q", "f:"+field)) }) {
			when, by = entry.Time.Time, entry.Manager
		}
	}
	return when, by
}
