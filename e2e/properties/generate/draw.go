package generate

import (
	"encoding/json"
	"fmt"
	"slices"

	"pgregory.net/rapid"

	"swage.dev/swage/podtemplate/schema"
)

// Object is a JSON object in the making.
type Object = map[string]any

// side tells whose value is drawn: templates have words that pods have not.
type side int

const (
	podSide side = iota
	templateSide
)

// words returns the texts for a row.
func (s side) words(path string) []string {
	all := append(slices.Clone(vocabulary[path]), containerVocabulary[path]...)
	if s == templateSide {
		all = append(all, templateVocabulary[path]...)
	}
	return all
}

// parse reads a text of the vocabulary; bare members become an object.
func parse(text string) any {
	var value any
	if err := json.Unmarshal([]byte(text), &value); err == nil {
		return value
	}
	if err := json.Unmarshal([]byte("{"+text+"}"), &value); err != nil {
		panic(fmt.Sprintf("the vocabulary has %s: %v", text, err))
	}
	return value
}

// row is one thing to draw in an object: a field, or a group of fields that exclude each other.
type row struct {
	path  string
	field *schema.Field
}

// rows returns what can be drawn in an object of that type, in the table's order.
func rows(t *schema.Type) []row {
	var all []row
	for _, f := range t.Fields {
		if f.Rule == nil || unspoken[f.Path()] != "" && f.Path() != "Container.ports" {
			continue
		}
		r := row{f.Path(), f}
		switch f.Rule.How {
		case schema.Protected, schema.Refused, schema.Ignored:
			continue
		case schema.Union:
			r.path = t.Name + "." + f.Rule.Group
		case schema.Object:
			if len(rows(f.Type)) == 0 {
				continue
			}
		}
		if !slices.ContainsFunc(all, func(have row) bool { return have.path == r.path }) {
			all = append(all, r)
		}
	}
	return all
}

// drawer draws the fields of one pod or template. The focus is what this test
// case speaks of: pods and templates that share one meet more often.
type drawer struct {
	t     *rapid.T
	side  side
	focus Focus
	least int // fields of an object of a type in focus
}

// object draws some of the rows of a type into an object.
func (d drawer) object(t *schema.Type, most int, into Object) Object {
	available := d.focus.of(t)
	if len(available) == 0 {
		return into
	}
	least := 0
	if d.focus[t.Name] != nil {
		least = d.least
	}
	n := rapid.IntRange(least, min(most, len(available))).Draw(d.t, t.Name+" fields")
	picked := rapid.SliceOfNDistinct(rapid.IntRange(0, len(available)-1), n, n, rapid.ID[int]).Draw(d.t, "which")
	for _, i := range picked {
		d.row(available[i], into)
	}
	return into
}

func (d drawer) row(r row, into Object) {
	f := r.field
	switch f.Rule.How {
	case schema.Object:
		into[f.Name] = d.object(f.Type, 3, Object{})
	case schema.Keyed:
		into[f.Name] = d.ports()
	case schema.ByKey:
		into[f.Name] = d.entries(r.path)
	case schema.Items, schema.Set, schema.Sources:
		into[f.Name] = d.elements(f, r.path)
	case schema.Union:
		for name, value := range d.word(r.path).(Object) {
			into[name] = value
		}
	default:
		into[f.Name] = d.word(r.path)
	}
}

func (d drawer) word(path string) any {
	return parse(rapid.SampledFrom(d.side.words(path)).Draw(d.t, path))
}

func (d drawer) entries(path string) Object {
	all := Object{}
	for range rapid.IntRange(1, 2).Draw(d.t, "entries") {
		for key, value := range d.word(path).(Object) {
			all[key] = value
		}
	}
	return all
}

// elements draws a list; a key stands in it once, but for a pod's env, where Spark's own template files make repetitions.
func (d drawer) elements(f *schema.Field, path string) []any {
	list := []any{}
	seen := map[string]bool{}
	for range rapid.IntRange(1, 3).Draw(d.t, "elements") {
		element := d.word(path)
		key := Key(f, element)
		if seen[key] && (f.Name != "env" || d.side == templateSide) {
			continue
		}
		seen[key] = true
		list = append(list, element)
	}
	return list
}

// ports: three numbers, one of them a driver's own.
func (d drawer) ports() []any {
	list := []any{}
	for _, number := range rapid.SliceOfNDistinct(rapid.SampledFrom([]int{80, 81, 7078}), 1, 2, rapid.ID[int]).Draw(d.t, "ports") {
		port := Object{"containerPort": number}
		if rapid.Bool().Draw(d.t, "protocol") {
			port["protocol"] = "TCP"
		}
		list = append(list, d.object(schema.TypeNamed("ContainerPort"), 2, port))
	}
	return list
}
