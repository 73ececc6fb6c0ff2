package generate

import (
	"slices"

	"pgregory.net/rapid"

	"swage.dev/swage/podtemplate/schema"
)

// Focus is the fields that one test case speaks of, by type; nil for a type means all.
type Focus map[string][]row

// focused are the types with so many fields that two draws would seldom meet.
var focused = []string{"PodSpec", "Container"}

// always are the fields that every case speaks of: the shortest way to most rules.
var always = map[string][]string{
	"PodSpec":   {"PodSpec.volumes"},
	"Container": {"Container.env", "Container.volumeMounts"},
}

// drawFocus draws the fields of a case.
func drawFocus(t *rapid.T, opts Options) Focus {
	focus := Focus{}
	if opts.Only {
		for name, paths := range opts.About {
			focus[name] = only(drawable(name), paths)
		}
		return focus
	}
	for _, name := range focused {
		all := drawable(name)
		picked := rapid.SliceOfNDistinct(rapid.IntRange(0, len(all)-1), 0, 5, rapid.ID[int]).Draw(t, name+" focus")
		slices.Sort(picked)
		for i, r := range all {
			if slices.Contains(picked, i) || slices.Contains(always[name], r.path) || slices.Contains(opts.About[name], r.path) {
				focus[name] = append(focus[name], r)
			}
		}
	}
	return focus
}

// drawable are the rows of a type but for containers, which have a generator of their own.
func drawable(name string) []row {
	return slices.DeleteFunc(rows(schema.TypeNamed(name)), func(r row) bool {
		return r.field.Name == "containers" || r.field.Name == "initContainers"
	})
}

func (f Focus) of(t *schema.Type) []row {
	if picked := f[t.Name]; picked != nil {
		return picked
	}
	return drawable(t.Name)
}

func only(all []row, paths []string) []row {
	return slices.DeleteFunc(all, func(r row) bool { return !slices.Contains(paths, r.path) })
}
