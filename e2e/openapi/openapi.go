// Package openapi reads what the API server itself says about the fields of a
// pod template: their types, how lists and maps merge, their defaults.
package openapi

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"k8s.io/client-go/rest"
)

// PodTemplateSpec is the root of what a template of Swage can contain.
const PodTemplateSpec = "io.k8s.api.core.v1.PodTemplateSpec"

// Field is one field of one type, as the server describes it.
type Field struct {
	// Owner is the Go type that has the field, and Name its JSON name.
	Owner string `json:"owner"`
	Name  string `json:"name"`
	// Type is string, integer, boolean, number, object, array or map, or the Go
	// type of an object; Elem is the same for the values of an array or map.
	Type string `json:"type"`
	Elem string `json:"elem,omitempty"`
	// ListType is atomic, set, map, or empty where the server says nothing,
	// which means atomic; ListKeys go with map.
	ListType string   `json:"listType,omitempty"`
	ListKeys []string `json:"listKeys,omitempty"`
	// MapType is atomic or granular, or empty, which means granular.
	MapType string `json:"mapType,omitempty"`
	// MergeKey and Strategy are those of a strategic merge patch.
	MergeKey string `json:"mergeKey,omitempty"`
	Strategy string `json:"strategy,omitempty"`
	// Default is the value the server fills in, as far as the schema tells: most
	// defaults are in code only. nil: none.
	Default json.RawMessage `json:"default,omitempty"`
	// Required fields have no default and no omission.
	Required bool `json:"required,omitempty"`
}

// Fetch gets the server's description of the core API, version 1.
func Fetch(ctx context.Context, client rest.Interface) ([]byte, error) {
	return client.Get().AbsPath("/openapi/v3/api/v1").DoRaw(ctx)
}

// Fields lists the fields of the type named root and of every type that can be
// reached from it, sorted by owner and name.
func Fields(document []byte, root string) ([]Field, error) {
	var parsed struct {
		Components struct {
			Schemas map[string]*schema `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(document, &parsed); err != nil {
		return nil, fmt.Errorf("parse the OpenAPI document: %w", err)
	}
	w := walk{schemas: parsed.Components.Schemas, seen: map[string]bool{}}
	w.visit(root)
	slices.SortFunc(w.fields, func(a, b Field) int {
		return cmp.Or(cmp.Compare(a.Owner, b.Owner), cmp.Compare(a.Name, b.Name))
	})
	return w.fields, errors.Join(w.errs...)
}

type walk struct {
	schemas map[string]*schema
	seen    map[string]bool
	fields  []Field
	errs    []error
}

func (w *walk) visit(name string) {
	if name == "" || w.seen[name] {
		return
	}
	w.seen[name] = true
	s := w.schemas[name]
	if s == nil {
		w.errs = append(w.errs, fmt.Errorf("the server describes no type %s", name))
		return
	}
	for property, p := range s.Properties {
		w.fields = append(w.fields, s.field(short(name), property, p))
		for _, next := range p.references() {
			w.visit(next)
		}
	}
}

// short is the Go type's own name: Container for io.k8s.api.core.v1.Container.
func short(name string) string { return name[strings.LastIndex(name, ".")+1:] }
