package submitter

import (
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
)

// checkMetadata refuses labels and annotations of settings, whose keys begin as
// given, that no API server takes. Spark leaves that to the server, which tells
// of the pod's fields, and of a Service's when the driver is there already.
func checkMetadata(labelKey string, labels map[string]string, noteKey string, notes map[string]string) error {
	return errors.Join(checkLabels(labelKey, labels), checkNotes(noteKey, notes))
}

// reference is what Spark resolves in some values and releases only. Whether it
// does in a label is for Spark's objects to show, and the server to judge.
var reference = regexp.MustCompile(`\{\{.*\}\}|\$\{.*\}`)

// checkLabels tells no values: what is in the wrong place may be a secret.
func checkLabels(prefix string, labels map[string]string) error {
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		if problems := validation.IsQualifiedName(key); len(problems) > 0 {
			return refuse("%q: Kubernetes takes no label of this name: %s", prefix+key, strings.Join(problems, "; "))
		}
		if problems := validation.IsValidLabelValue(labels[key]); len(problems) > 0 && !reference.MatchString(labels[key]) {
			return refuse("%s%s: Kubernetes takes no label with the value that it has: %s", prefix, key, strings.Join(problems, "; "))
		}
	}
	return nil
}

// checkNotes: an annotation's value may be anything, and its domain in any case.
func checkNotes(prefix string, notes map[string]string) error {
	for _, key := range slices.Sorted(maps.Keys(notes)) {
		if problems := validation.IsQualifiedName(strings.ToLower(key)); len(problems) > 0 {
			return refuse("%q: Kubernetes takes no annotation of this name: %s", prefix+key, strings.Join(problems, "; "))
		}
	}
	return nil
}

// checkPodMetadata looks at labels as they will be: an executor's id, which is
// not known yet, is a number.
func (b *build) checkPodMetadata(labels map[string]string) error {
	final := map[string]string{}
	for key, value := range labels {
		final[key] = value
		if b.release.labelAppID {
			final[key] = withID(value, "1")
		}
	}
	return checkMetadata(b.side.labels, final, b.side.annotations, b.conf.Prefixed(b.side.annotations))
}
