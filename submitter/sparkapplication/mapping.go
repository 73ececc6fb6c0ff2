package sparkapplication

import (
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"swage.dev/swage/podtemplate/tree"
	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/commandline"
)

// mapping is a manifest on its way into a command line.
type mapping struct {
	*Manifest
	options  Options
	app      *Application
	problems []Problem
	// pods are the templates of driver and executors in the making.
	driver, executor *pod
	// token is text that no other submission has.
	token string
}

// path is where a field of the application's spec is in the document. List
// markers of the table are left out.
func (m *mapping) path(field string) []string {
	field = strings.ReplaceAll(field, "[]", "")
	if field == "" {
		return m.root
	}
	return append(append([]string{}, m.root...), strings.Split(field, ".")...)
}

// has tells whether the manifest says something of a field.
func (m *mapping) has(field string) bool {
	at := m.present.At(strings.Split(strings.ReplaceAll(field, "[]", ""), ".")...)
	return at != nil && !at.Is(tree.Null)
}

// invalid notes that a field's value means nothing.
func (m *mapping) invalid(field, format string, args ...any) {
	m.problems = append(m.problems, m.document.problem(m.path(field), format, args...))
}

// warn tells a difference.
func (m *mapping) warn(field, format string, args ...any) { m.warnAt(m.path(field), format, args...) }

func (m *mapping) warnAt(path []string, format string, args ...any) {
	m.warnings = append(m.warnings, m.document.problem(path, format, args...))
}

// refuse notes what cannot be as it says. With Options.Approximate it becomes
// the warning instead.
func (m *mapping) refuse(field, why, instead string) { m.refuseAt(m.path(field), why, instead) }

func (m *mapping) refuseAt(path []string, why, instead string) {
	if m.options.Approximate {
		m.warnAt(path, "%s: %s", why, instead)
		return
	}
	m.problems = append(m.problems, m.document.problem(path, "%s; with --approximate %s", why, instead))
}

// set makes a setting. A field is stronger than the same setting in sparkConf.
func (m *mapping) set(field, key, value string) {
	if earlier, found := m.app.Line.Conf[key]; found && earlier != value {
		m.warn(field, "it replaces %s, which is set already", key)
	}
	m.app.Line.Conf[key] = value
}

// setGiven makes a setting of a field that is not empty.
func (m *mapping) setGiven(field, key, value string) {
	if value != "" {
		m.set(field, key, value)
	}
}

// setEach makes a setting of each entry of a map.
func (m *mapping) setEach(field, prefix string, values map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		m.set(field, prefix+name, values[name])
	}
}

// setList makes a setting of a list, whose elements Spark parts by commas.
func (m *mapping) setList(field, key string, values []string) {
	for _, value := range values {
		if value == "" || strings.Contains(value, ",") {
			m.invalid(field, "an element is empty or has a comma, by which Spark parts them")
			return
		}
	}
	if len(values) > 0 {
		m.set(field, key, strings.Join(values, ","))
	}
}

// oneOf checks a value that may be empty.
func (m *mapping) oneOf(field, value string, allowed ...string) {
	if value != "" && !slices.Contains(allowed, value) {
		m.invalid(field, "%q is not known: expected %s", value, strings.Join(allowed, ", "))
	}
}

// atLeast checks a number that may be missing.
func atLeast[N int32 | int64](m *mapping, field string, value *N, least N) {
	if value != nil && *value < least {
		m.invalid(field, "%d: expected %d or more", *value, least)
	}
}

// amount reads a quantity of Kubernetes.
func (m *mapping) amount(field, value string) *resource.Quantity {
	read, err := resource.ParseQuantity(value)
	if err != nil {
		m.invalid(field, "expected an amount such as 500m or 2Gi")
		return nil
	}
	return &read
}

func (m *mapping) own(object submitter.Object) { m.app.Owned = append(m.app.Owned, object) }

// newLine is a command line without options.
func newLine() *commandline.Line {
	return &commandline.Line{Conf: map[string]string{}, Values: map[string]string{}, Switches: map[string]bool{}, Own: map[string]string{}}
}
