package podtemplate_test

import (
	"testing"

	"k8s.io/apimachinery/pkg/labels"

	"swage.dev/swage/podtemplate"
)

func TestTemplateSelector(t *testing.T) {
	mode := labels.Set{podtemplate.TemplateLabel: "default"}
	for rule, row := range map[string]struct {
		class string
		set   labels.Set
		want  bool
	}{
		"without a class, for the installation without one": {"", mode, true},
		"without a class, for another":                      {"blue", mode, false},
		"of a class, for the installation without one":      {"", labels.Merge(mode, labels.Set{podtemplate.ClassLabel: "blue"}), false},
		"of a class, for its installation":                  {"blue", labels.Merge(mode, labels.Set{podtemplate.ClassLabel: "blue"}), true},
		"of an empty class, for nobody":                     {"", labels.Merge(mode, labels.Set{podtemplate.ClassLabel: ""}), false},
		"no template":                                       {"", labels.Set{}, false},
	} {
		selector, err := podtemplate.TemplateSelector(row.class)
		if err != nil {
			t.Fatal(err)
		}
		if got := selector.Matches(row.set); got != row.want {
			t.Errorf("%s: %v", rule, got)
		}
	}
	if _, err := podtemplate.TemplateSelector("a/b"); err == nil {
		t.Error("a class that no label can have is taken")
	}
}
