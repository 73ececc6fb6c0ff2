package podtemplate

import (
	"slices"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"
	"k8s.io/apimachinery/pkg/util/sets"
)

// MayMeet tells whether a pod can have both templates as far as their selectors
// tell: team=a and team=b exclude each other, team=a and env=prod do not.
func MayMeet(a, b *Template) bool {
	return !excludeEachOther(a.selector, b.selector) && !excludeEachOther(a.namespaces, b.namespaces)
}

// excludeEachOther tells whether no set of labels matches both selectors.
func excludeEachOther(a, b labels.Selector) bool {
	if a == nil || b == nil {
		return false
	}
	ofA, someA := a.Requirements()
	ofB, someB := b.Requirements()
	if !someA || !someB {
		return true // a selector for nothing
	}
	all := slices.Concat(ofA, ofB)
	for i, one := range all {
		for _, other := range all[i+1:] {
			if one.Key() == other.Key() && (excludes(one, other) || excludes(other, one)) {
				return true
			}
		}
	}
	return false
}

// excludes tells whether a requirement that a label has one of some values contradicts another.
func excludes(one, other labels.Requirement) bool {
	if other.Operator() == selection.DoesNotExist {
		return one.Operator() != selection.DoesNotExist && !negative(one)
	}
	if !positive(one) {
		return false
	}
	values := sets.New(one.ValuesUnsorted()...)
	switch {
	case positive(other):
		return !values.HasAny(other.ValuesUnsorted()...)
	case negative(other):
		return sets.New(other.ValuesUnsorted()...).IsSuperset(values)
	}
	return false
}

func positive(r labels.Requirement) bool {
	switch r.Operator() {
	case selection.In, selection.Equals, selection.DoubleEquals:
		return true
	}
	return false
}

func negative(r labels.Requirement) bool {
	return r.Operator() == selection.NotIn || r.Operator() == selection.NotEquals
}
