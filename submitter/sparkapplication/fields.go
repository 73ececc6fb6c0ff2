package sparkapplication

import (
	"slices"
	"strings"
)

// Outcome is what becomes of a field.
type Outcome string

// The outcomes.
const (
	// Mapped fields do what they say.
	Mapped Outcome = "mapped"
	// Approximated fields do nearly what they say; a warning names the difference.
	Approximated Outcome = "approximated"
	// Refused are some of a field's values, which cannot be had: the manifest is
	// refused by the field's name, unless Options.Approximate.
	Refused Outcome = "some refused"
)

// Field is a row of the table: what becomes of one field of the API.
type Field struct {
	// Kind has the field: Kind, which ScheduledKind has below template, or ScheduledKind.
	Kind string
	// Path is the field below spec: "driver.env".
	Path    string
	Outcome Outcome
	// As is what it becomes, in Markdown.
	As string
}

// Fields is the table of all fields of the API, in the order of its documentation.
func Fields() []Field {
	var fields []Field
	for _, r := range table() {
		f := Field{Kind: Kind, Path: r.path, Outcome: r.outcome, As: r.as}
		if r.schedule {
			f.Kind = ScheduledKind
		}
		fields = append(fields, f)
	}
	return fields
}

// row is a field with what takes it. Later rows see what earlier ones did.
type row struct {
	path     string
	outcome  Outcome
	as       string
	take     func(*mapping) // nil: the row of the field around it does
	schedule bool           // it is ScheduledSparkApplication's own
}

// table is all rows.
func table() []row {
	return slices.Concat(
		lifeRows, programRows, podRows(driverSide), driverRows, podRows(executorSide), executorRows,
		settingRows, dependencyRows, allocationRows, monitoringRows, schedulerRows, serviceRows, scheduleRows,
	)
}

// podRow is a row that driver and executor both have. In as, SIDE is the side.
type podRow struct {
	path    string
	outcome Outcome
	as      string
	take    func(*pod)
}

func podRows(s *side) []row {
	var rows []row
	for _, r := range eitherPodRows {
		made := row{path: s.name + "." + r.path, outcome: r.outcome, as: strings.ReplaceAll(r.as, "SIDE", s.name)}
		if take := r.take; take != nil {
			made.take = func(m *mapping) { take(m.pod(s)) }
		}
		rows = append(rows, made)
	}
	return rows
}

func (m *mapping) pod(s *side) *pod {
	if s == driverSide {
		return m.driver
	}
	return m.executor
}
