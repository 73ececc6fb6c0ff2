package podtemplate

import (
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"

	"swage.dev/swage/podtemplate/tree"
)

func (l *loader) annotations(annotations map[string]string) {
	t := l.template
	t.OnConflict = Keep
	if t.Mode == Enforced {
		t.OnConflict = Replace
	}
	for _, key := range slices.Sorted(maps.Keys(annotations)) {
		if strings.HasPrefix(key, Domain) {
			l.annotation(key, annotations[key])
		}
	}
}

func (l *loader) annotation(key, value string) {
	t := l.template
	switch key {
	case SelectAnnotation:
		t.selector = l.parseSelector(key, value)
	case NamespacesAnnotation:
		if !l.opts.System {
			l.failAnnotation(key, "only templates of the system namespace reach other namespaces")
			return
		}
		t.namespaces = l.parseSelector(key, value)
	case OnConflictAnnotation:
		l.onConflict(OnConflict(value))
	case NativeSidecarsAnnotation:
		t.nativeSidecars = value != "false"
		if value != "true" && value != "false" {
			l.failAnnotation(key, "found %q, expected true or false", value)
		}
	default:
		l.failAnnotation(key, "unknown annotation: known are %s, %s, %s and %s", SelectAnnotation, NamespacesAnnotation, OnConflictAnnotation, NativeSidecarsAnnotation)
	}
}

func (l *loader) failAnnotation(key, format string, args ...any) {
	l.failAt("/metadata/annotations/"+tree.Escape(key), format, args...)
}

func (l *loader) onConflict(value OnConflict) {
	switch {
	case value != Keep && value != Replace && value != Reject:
		l.failAnnotation(OnConflictAnnotation, "found %q, expected keep, replace or reject", value)
	case value == Keep && l.template.Mode == Enforced:
		l.failAnnotation(OnConflictAnnotation, "found keep: an enforced template wins by replace (its default) or by reject")
	default:
		l.template.OnConflict = value
	}
}

// parseSelector reads a label selector. One that does not parse makes the
// template broken and not narrower: nobody knows whom it was meant for, so it
// concerns every pod in reach.
func (l *loader) parseSelector(key, value string) labels.Selector {
	selector, err := labels.Parse(value)
	if err != nil {
		l.failAnnotation(key, "no label selector: %s", err)
		return nil
	}
	if strings.TrimSpace(value) == "" {
		l.failAnnotation(key, "empty: leave it out to select everything")
	}
	return selector
}
