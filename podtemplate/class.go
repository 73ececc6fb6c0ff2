package podtemplate

import (
	"fmt"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"
)

// TemplateSelector selects the ConfigMaps that are templates of the installation
// with a class; for "" those without a label of class. An empty label is one: it
// names no installation, and nobody reads such a template. The error is about a
// class that no label can have.
func TemplateSelector(class string) (labels.Selector, error) {
	labelled, err := labels.NewRequirement(TemplateLabel, selection.Exists, nil)
	if err != nil {
		return nil, err
	}
	ofClass, err := labels.NewRequirement(ClassLabel, selection.DoesNotExist, nil)
	if class != "" {
		ofClass, err = labels.NewRequirement(ClassLabel, selection.Equals, []string{class})
	}
	if err != nil {
		return nil, fmt.Errorf("class %q is no label value: %w", class, err)
	}
	return labels.NewSelector().Add(*labelled, *ofClass), nil
}
