package sparkapplication

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/podtemplate/schema"
	"swage.dev/swage/podtemplate/tree"
)

// The kinds that are read, and where they come from.
const (
	Group         = "sparkoperator.k8s.io"
	Version       = Group + "/v1beta2"
	Kind          = "SparkApplication"
	ScheduledKind = "ScheduledSparkApplication"
)

// Document is one object of a file.
type Document struct {
	// File names the file in messages.
	File string
	// JSON is the object.
	JSON []byte
	// Line is the line in File of what a path of member names and indexes leads
	// to, or of what is nearest above it. Default: lines are not told.
	Line func(path ...string) int
}

// problem is a problem of the document at a place.
func (d *Document) problem(path []string, format string, args ...any) Problem {
	p := Problem{File: d.File, Path: fieldPath(path), Message: fmt.Sprintf(format, args...)}
	if d.Line != nil {
		p.Line = d.Line(path...)
	}
	return p
}

// Is tells whether an object is one of the operator's, of any version and kind.
func Is(apiVersion string) bool {
	group, _, _ := strings.Cut(apiVersion, "/")
	return group == Group
}

// Manifest is a manifest that was read and fits its type. What it says has not
// been judged yet.
type Manifest struct {
	document Document
	metadata metav1.ObjectMeta
	// root is where spec is: below spec, or below spec.template of a schedule.
	root     []string
	spec     *spec
	schedule *scheduledSpec // nil for a SparkApplication
	present  *tree.Node     // the application's spec as written
	warnings []Problem
}

type application struct {
	metav1.TypeMeta `json:",inline"`
	Metadata        metav1.ObjectMeta `json:"metadata"`
	Spec            spec              `json:"spec"`
	Status          metav1.FieldsV1   `json:"status,omitempty"`
}

type scheduledApplication struct {
	metav1.TypeMeta `json:",inline"`
	Metadata        metav1.ObjectMeta `json:"metadata"`
	Spec            scheduledSpec     `json:"spec"`
	Status          metav1.FieldsV1   `json:"status,omitempty"`
}

// Read reads a manifest strictly. The error is an *Error.
func Read(d Document) (*Manifest, error) {
	root, err := tree.Parse(d.JSON)
	if err != nil {
		return nil, &Error{[]Problem{d.problem(nil, "%v", err)}}
	}
	if problem := kindProblem(&d, root); problem != nil {
		return nil, &Error{[]Problem{*problem}}
	}
	m := &Manifest{document: d, root: []string{"spec"}}
	if root.Get("kind").Text() == ScheduledKind {
		m.root = append(m.root, "template")
		read := &scheduledApplication{}
		err = m.read(root, scheduledTypes(), read)
		m.metadata, m.schedule, m.spec = read.Metadata, &read.Spec, &read.Spec.Template
	} else {
		read := &application{}
		err = m.read(root, applicationTypes(), read)
		m.metadata, m.spec = read.Metadata, &read.Spec
	}
	m.present = root.At(m.root...)
	return m, err
}

// types are a Go type, and the same as a document is checked by it.
type types struct {
	goType reflect.Type
	schema *schema.Type
}

var (
	applicationTypes = sync.OnceValue(typesOf[application])
	scheduledTypes   = sync.OnceValue(typesOf[scheduledApplication])
)

func typesOf[T any]() types {
	rt := reflect.TypeFor[T]()
	return types{rt, schema.Of(rt)}
}

// read checks the document, and then decodes it.
func (m *Manifest) read(root *tree.Node, t types, into any) error {
	var problems []Problem
	t.schema.Check(root, func(at *tree.Node, message string) {
		path := slices.Collect(tree.Tokens(at.Pointer()))
		if m.droppedByTemplate(t.schema, path) {
			m.warnings = append(m.warnings, m.document.problem(path, "%s: no pod has it, it is left out", message))
			return
		}
		problems = append(problems, m.document.problem(path, "%s", message))
	})
	for _, path := range missing(t.goType, root, nil) {
		problems = append(problems, m.document.problem(path, "missing: it is required"))
	}
	if len(problems) > 0 {
		slices.SortStableFunc(problems, func(a, b Problem) int { return a.Line - b.Line })
		return &Error{problems}
	}
	if err := json.Unmarshal(m.document.JSON, into); err != nil {
		return &Error{[]Problem{m.document.problem(nil, "%v", err)}}
	}
	return nil
}

// droppedByTemplate tells of an unknown field inside a pod template. The
// operator's API takes anything there, its own example has some, and what no
// pod has is dropped.
func (m *Manifest) droppedByTemplate(t *schema.Type, path []string) bool {
	below, isBelow := strings.CutPrefix(strings.Join(path, "/"), strings.Join(m.root, "/")+"/")
	side, below, _ := strings.Cut(below, "/")
	if !isBelow || side != "driver" && side != "executor" || !strings.HasPrefix(below, "template/") {
		return false
	}
	return typeAt(t, path) == nil
}

// typeAt follows member names and indexes from a type; nil where there is no such thing.
func typeAt(t *schema.Type, path []string) *schema.Type {
	for _, token := range path {
		switch {
		case t == nil:
			return nil
		case t.Kind == schema.List || t.Kind == schema.Map:
			t = t.Elem
		default:
			field := t.Field(token)
			if field == nil {
				return nil
			}
			t = field.Type
		}
	}
	return t
}

// kindProblem is why an object is none that is read here, nil if it is one.
func kindProblem(d *Document, root *tree.Node) *Problem {
	var problem Problem
	version, kind := root.Get("apiVersion").Text(), root.Get("kind").Text()
	switch {
	case !root.Is(tree.Object):
		problem = d.problem(nil, "not a Kubernetes object")
	case version == "" && kind == "":
		problem = d.problem(nil, "it has neither apiVersion nor kind: expected a %s or %s of %s", Kind, ScheduledKind, Version)
	case !Is(version):
		problem = d.problem([]string{"apiVersion"}, "a %s of %q: expected a %s or %s of %s", kind, version, Kind, ScheduledKind, Version)
	case kind == "SparkConnect":
		problem = d.problem([]string{"kind"}, "a SparkConnect is a server that nobody submits: run org.apache.spark.sql.connect.service.SparkConnectServer by swage submit --class")
	case kind != Kind && kind != ScheduledKind:
		problem = d.problem([]string{"kind"}, "%q is not known: expected %s or %s", kind, Kind, ScheduledKind)
	case version != Version:
		problem = d.problem([]string{"apiVersion"}, "%s is no longer served by the operator: write it as %s, whose fields are in docs/sparkapplication.md", version, Version)
	default:
		return nil
	}
	return &problem
}
