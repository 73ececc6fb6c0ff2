package doctor

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// meet knows exactly whether there can be labels that several selectors select.
func TestMeet(t *testing.T) {
	parse := func(text string) *metav1.LabelSelector {
		s, err := metav1.ParseToLabelSelector(text)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for _, row := range []struct {
		rule, a, b string
		want       bool
	}{
		{"everything", "", "", true},
		{"other labels", "a=1", "b=2", true},
		{"one value and another", "a=1", "a=2", false},
		{"values in common", "a in (1,2)", "a in (2,3)", true},
		{"no values in common", "a in (1,2)", "a in (3)", false},
		{"all of the values are excluded", "a in (1,2)", "a notin (1,2,3)", false},
		{"excluded, the other way round", "a notin (1,2,3)", "a in (1,2)", false},
		{"not all are excluded", "a notin (1)", "a in (1,2)", true},
		{"present and absent", "a", "!a", false},
		{"a value and absent", "a=1", "!a", false},
		{"absent, and excluded values", "!a", "a notin (1)", true},
		{"present, and excluded values", "a", "a notin (1)", true},
		{"one selector that contradicts itself", "a=1,a notin (1)", "", false},
	} {
		if got := meet(parse(row.a), parse(row.b)); got != row.want {
			t.Errorf("%s: %q and %q: %v", row.rule, row.a, row.b, got)
		}
	}
	if !meet(nil, parse("a=1")) {
		t.Error("nil selects everything")
	}
}
