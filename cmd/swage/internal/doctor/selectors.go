package doctor

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// possible is what a label may be for all selectors of some to hold.
type possible struct {
	absent bool
	// anything says that it may have every value but those of values, else only those.
	anything bool
	values   []string
}

// meet tells whether there can be labels that all of the selectors select. A nil selector selects everything.
func meet(all ...*metav1.LabelSelector) bool {
	for _, p := range demands(all...) {
		if p.nothing() {
			return false
		}
	}
	return true
}

// demands are what labels may be that all of the selectors select, by their keys.
func demands(all ...*metav1.LabelSelector) map[string]*possible {
	keys := map[string]*possible{}
	for _, s := range all {
		if s == nil {
			continue
		}
		for key, value := range s.MatchLabels {
			of(keys, key).narrow(metav1.LabelSelectorOpIn, []string{value})
		}
		for _, r := range s.MatchExpressions {
			of(keys, r.Key).narrow(r.Operator, r.Values)
		}
	}
	return keys
}

// nothing tells whether no label and no absence of it will do.
func (p *possible) nothing() bool { return !p.absent && !p.anything && len(p.values) == 0 }

func of(keys map[string]*possible, key string) *possible {
	if keys[key] == nil {
		keys[key] = &possible{absent: true, anything: true}
	}
	return keys[key]
}

func (p *possible) narrow(operator metav1.LabelSelectorOperator, values []string) {
	switch operator {
	case metav1.LabelSelectorOpIn:
		p.absent = false
		p.only(values)
	case metav1.LabelSelectorOpNotIn:
		p.without(values)
	case metav1.LabelSelectorOpExists:
		p.absent = false
	case metav1.LabelSelectorOpDoesNotExist:
		p.anything, p.values = false, nil
	}
}

func (p *possible) only(values []string) {
	excluded := p.values
	kept := slices.DeleteFunc(slices.Clone(values), func(v string) bool { return slices.Contains(excluded, v) == p.anything })
	p.anything, p.values = false, kept
}

func (p *possible) without(values []string) {
	if p.anything {
		p.values = append(p.values, values...)
		return
	}
	p.values = slices.DeleteFunc(slices.Clone(p.values), func(v string) bool { return slices.Contains(values, v) })
}

// selects tells whether a selector selects labels; nil selects everything, one that cannot be read nothing.
func selects(s *metav1.LabelSelector, set map[string]string) bool {
	if s == nil {
		return true
	}
	selector, err := metav1.LabelSelectorAsSelector(s)
	return err == nil && selector.Matches(labels.Set(set))
}

// labelsOf are a namespace's, with the one that the API server adds.
func labelsOf(ns *metav1.PartialObjectMetadata) map[string]string {
	all := map[string]string{}
	for key, value := range ns.Labels {
		all[key] = value
	}
	all["kubernetes.io/metadata.name"] = ns.Name
	return all
}

// selectedBy are the namespaces that all of some selectors select.
func (f *Facts) selectedBy(all ...*metav1.LabelSelector) (names []string) {
	for i := range f.Namespaces.Value {
		set := labelsOf(&f.Namespaces.Value[i])
		if !slices.ContainsFunc(all, func(s *metav1.LabelSelector) bool { return !selects(s, set) }) {
			names = append(names, f.Namespaces.Value[i].Name)
		}
	}
	return names
}
