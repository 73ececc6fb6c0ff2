package schema

import (
	"reflect"
	"slices"
	"strings"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Kind is what a value must look like in JSON.
type Kind int

// The kinds of values that a pod template is made of.
const (
	Any Kind = iota // not looked into: timestamps, managedFields
	Text
	Int32
	Int64
	Bool
	Quantity    // 100m, 1Gi: equal by value
	IntOrString // a port by number or by name: 80 and "80" differ
	Struct
	List
	Map
)

// Type is the shape of one value.
type Type struct {
	Kind Kind
	// Name is the name of the Go type, for a Struct: "Container".
	Name string
	// Elem is the type of the elements of a List or of the values of a Map.
	Elem *Type
	// Fields are the members of a Struct, in the order in which they merge: that of Rules.
	Fields []*Field
	byName map[string]*Field
}

// Field is one member of a Struct.
type Field struct {
	// Name is the JSON name.
	Name string
	// Owner is the name of the Go type that has the field.
	Owner string
	// Inline is the Go type that contributed the field by embedding, e.g. "ProbeHandler": its fields exclude each other.
	Inline string
	// Pointer tells that an absent field and a zero value are different things.
	Pointer bool
	Type    *Type
	// Rule is how the field merges; nil in types that merge as a whole.
	Rule *Rule
	// Default is what the API server fills in, nil if nothing.
	Default *Default

	// Order is the place of the field's row in Rules: lower merges earlier.
	Order int

	path string
}

// Path is the name of the field's row: "Container.env".
func (f *Field) Path() string { return f.path }

// Field returns the member of that JSON name, nil if there is none.
func (t *Type) Field(name string) *Field {
	if t == nil || t.Kind != Struct {
		return nil
	}
	return t.byName[name]
}

// PodTemplate is the type of a v1 PodTemplateSpec.
var PodTemplate = sync.OnceValue(func() *Type {
	r := reader{types: map[reflect.Type]*Type{}, rules: rulesByPath(), defaults: defaultsByPath()}
	return r.read(reflect.TypeFor[corev1.PodTemplateSpec]())
})

// Of reads the type of a Go struct by its JSON tags. Its fields have no rules
// and no defaults: it is for Check.
func Of(rt reflect.Type) *Type { return reader{types: map[reflect.Type]*Type{}}.read(rt) }

type reader struct {
	types    map[reflect.Type]*Type
	rules    map[string]ruleRow
	defaults map[string]*Default
}

var leafKinds = map[reflect.Type]Kind{
	reflect.TypeFor[resource.Quantity]():  Quantity,
	reflect.TypeFor[intstr.IntOrString](): IntOrString,
	reflect.TypeFor[metav1.Time]():        Any,
	reflect.TypeFor[metav1.FieldsV1]():    Any,
}

var basicKinds = map[reflect.Kind]Kind{
	reflect.String: Text, reflect.Bool: Bool, reflect.Int32: Int32, reflect.Int64: Int64,
}

// read returns the type for rt. The entry is stored before its fields are read, so that a type may contain itself.
func (r reader) read(rt reflect.Type) *Type {
	for rt.Kind() == reflect.Pointer {
		rt = rt.Elem()
	}
	if t := r.types[rt]; t != nil {
		return t
	}
	t := &Type{Kind: leafKinds[rt]}
	r.types[rt] = t
	if _, leaf := leafKinds[rt]; leaf {
		return t
	}
	switch rt.Kind() {
	case reflect.Slice:
		t.Kind, t.Elem = List, r.read(rt.Elem())
	case reflect.Map:
		t.Kind, t.Elem = Map, r.read(rt.Elem())
	case reflect.Struct:
		t.Kind, t.Name, t.byName = Struct, rt.Name(), map[string]*Field{}
		r.fields(t, rt, "")
		slices.SortStableFunc(t.Fields, func(a, b *Field) int { return a.Order - b.Order })
	default:
		t.Kind = basicKinds[rt.Kind()]
	}
	return t
}

func (r reader) fields(t *Type, rt reflect.Type, inline string) {
	for i := range rt.NumField() {
		sf := rt.Field(i)
		name, options, _ := strings.Cut(sf.Tag.Get("json"), ",")
		if name == "" && strings.Contains(options, "inline") {
			r.fields(t, sf.Type, sf.Type.Name())
			continue
		}
		path := t.Name + "." + name
		f := &Field{
			Name: name, Owner: t.Name, Inline: inline, Pointer: sf.Type.Kind() == reflect.Pointer,
			Type: r.read(sf.Type), Default: r.defaults[path],
			Rule: r.rules[path].rule, Order: r.rules[path].order, path: path,
		}
		t.Fields = append(t.Fields, f)
		t.byName[name] = f
	}
}

// TypeNamed returns the struct type of that name that is reachable from a pod
// template by fields that merge member by member; nil if there is none.
func TypeNamed(name string) *Type { return typesByName()[name] }

var typesByName = sync.OnceValue(func() map[string]*Type {
	named := map[string]*Type{}
	collect(PodTemplate(), named)
	return named
})

func collect(t *Type, named map[string]*Type) {
	for t.Kind == List || t.Kind == Map {
		t = t.Elem
	}
	if t.Kind != Struct || named[t.Name] != nil {
		return
	}
	named[t.Name] = t
	for _, f := range t.Fields {
		collect(f.Type, named)
	}
}
