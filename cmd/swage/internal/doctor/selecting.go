package doctor

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"
)

// selecting is how a namespace comes to be selected: by labels, where labels can
// do it, else by a look at what is in it.
func selecting(s *metav1.LabelSelector, ns *metav1.PartialObjectMetadata) string {
	wanted := demands(s)
	command := "kubectl label namespace " + ns.Name
	var words []string
	for _, key := range slices.Sorted(maps.Keys(wanted)) {
		value, has := labelsOf(ns)[key]
		if wanted[key].allows(value, has) {
			continue
		}
		word, can := wanted[key].labelling(key)
		if !can {
			return "kubectl -n " + ns.Name + " get configmaps -l swage.dev/template"
		}
		words = append(words, word)
		if has && !strings.HasSuffix(word, "-") && !strings.HasSuffix(command, overwrite) {
			command += overwrite
		}
	}
	return command + " " + strings.Join(words, " ")
}

// overwrite is without what kubectl changes no label.
const overwrite = " --overwrite"

// allows tells whether a label may be what it is.
func (p *possible) allows(value string, has bool) bool {
	if !has {
		return p.absent
	}
	return slices.Contains(p.values, value) != p.anything
}

// labelling is the word of kubectl label that makes a label what it may be.
// Nobody changes the label of a namespace's name, and API servers take selectors
// with values that no label has.
func (p *possible) labelling(key string) (word string, can bool) {
	value := "true"
	switch {
	case key == corev1.LabelMetadataName || p.nothing():
		return "", false
	case p.absent:
		return key + "-", true
	case !p.anything:
		value = p.values[0]
	case slices.Contains(p.values, value):
		value = "swage"
	}
	valid := len(validation.IsQualifiedName(key)) == 0 && len(validation.IsValidLabelValue(value)) == 0
	return key + "=" + value, valid && p.allows(value, true)
}
