package openapi

import (
	"encoding/json"
	"slices"
	"strings"
)

// schema is the part of an OpenAPI v3 schema that Kubernetes publishes and we
// read.
type schema struct {
	Ref        string             `json:"$ref"`
	AllOf      []*schema          `json:"allOf"`
	Type       string             `json:"type"`
	Format     string             `json:"format"`
	Properties map[string]*schema `json:"properties"`
	Items      *schema            `json:"items"`
	Values     *schema            `json:"additionalProperties"`
	Default    json.RawMessage    `json:"default"`
	Required   []string           `json:"required"`
	ListType   string             `json:"x-kubernetes-list-type"`
	ListKeys   []string           `json:"x-kubernetes-list-map-keys"`
	MapType    string             `json:"x-kubernetes-map-type"`
	MergeKey   string             `json:"x-kubernetes-patch-merge-key"`
	Strategy   string             `json:"x-kubernetes-patch-strategy"`
}

// reference is the type that a schema refers to, or empty. The server wraps a
// reference that carries a default or a description into an allOf of one.
func (s *schema) reference() string {
	if s == nil {
		return ""
	}
	if len(s.AllOf) == 1 {
		return s.AllOf[0].reference()
	}
	return strings.TrimPrefix(s.Ref, "#/components/schemas/")
}

// references are all types that a value of this schema can contain.
func (s *schema) references() []string {
	return []string{s.reference(), s.Items.reference(), s.Values.reference()}
}

func (s *schema) field(owner, name string, p *schema) Field {
	f := Field{
		Owner: owner, Name: name, Type: p.kind(),
		ListType: p.ListType, ListKeys: p.ListKeys, MapType: p.MapType,
		MergeKey: p.MergeKey, Strategy: p.Strategy,
		Default: p.Default, Required: slices.Contains(s.Required, name),
	}
	if p.Items != nil {
		f.Elem = p.Items.kind()
	}
	if p.Values != nil {
		f.Elem = p.Values.kind()
	}
	return f
}

func (s *schema) kind() string {
	switch {
	case s.reference() != "":
		return short(s.reference())
	case s.Values != nil:
		return "map"
	case s.Format != "":
		return s.Type + "/" + s.Format
	default:
		return s.Type
	}
}
