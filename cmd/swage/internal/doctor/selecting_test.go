package doctor

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// What a namespace lacks to be selected is one command, the same each time; what
// labels cannot bring is none.
func TestSelecting(t *testing.T) {
	const look = "kubectl -n n get configmaps -l swage.dev/template"
	for _, row := range []struct {
		rule, selector string
		has            map[string]string
		want           string
	}{
		{"a label", "a=1", nil, "kubectl label namespace n a=1"},
		{"labels, in the order of their names", "c=3,a=1,b=2", nil, "kubectl label namespace n a=1 b=2 c=3"},
		{"those alone that are missing", "a=1,b=2", map[string]string{"a": "1"}, "kubectl label namespace n b=2"},
		{"one that has another value", "a=1,b=2", map[string]string{"b": "1"}, "kubectl label namespace n --overwrite a=1 b=2"},
		{"the first of several values", "a in (y,x)", nil, "kubectl label namespace n a=x"},
		{"a value that is not left out", "a in (x,y),a notin (x)", nil, "kubectl label namespace n a=y"},
		{"any value", "a", nil, "kubectl label namespace n a=true"},
		{"any value but the usual one", "a,a notin (true)", map[string]string{"a": "true"}, "kubectl label namespace n --overwrite a=swage"},
		{"none", "!a", map[string]string{"a": ""}, "kubectl label namespace n a-"},
		{"none of some values", "a notin (x)", map[string]string{"a": "x"}, "kubectl label namespace n a-"},
		{"both ways at once", "!a,b", map[string]string{"a": "1"}, "kubectl label namespace n a- b=true"},
		{"a contradiction", "a=1,!a", nil, look},
		{"another name", "kubernetes.io/metadata.name=m", nil, look},
		{"every other name", "a=1,kubernetes.io/metadata.name notin (n)", nil, look},
	} {
		s, err := metav1.ParseToLabelSelector(row.selector)
		if err != nil {
			t.Fatal(err)
		}
		ns := named("n", row.has)
		if got := selecting(s, &ns); got != row.want {
			t.Errorf("%s: %q", row.rule, got)
		}
	}
}

// API servers keep selectors with values that no label can have: such a value is no word of a command.
func TestSelectingByNoValue(t *testing.T) {
	ns := named("n", nil)
	got := selecting(&metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "a", Operator: "In", Values: []string{"x; rm -rf ~"}}}}, &ns)
	if got != "kubectl -n n get configmaps -l swage.dev/template" {
		t.Errorf("got %q", got)
	}
}
