package app

import "testing"

// A class that no installation has is said to be none, with those that there are.
func TestClassNote(t *testing.T) {
	for _, row := range []struct {
		rule, class string
		classes     []string
		want        string
	}{
		{"the one without a class", "", []string{""}, ""},
		{"a class that is there", "blue", []string{"", "blue"}, ""},
		{"no installation, which the walk tells", "blue", nil, ""},
		{"a class that nobody has", "red", []string{"blue", "", "blue"}, `no installation in this cluster is of class "red"; there are: one without a class, "blue"`},
		{"none was named, and all have one", "", []string{"green", "blue"}, `every installation in this cluster has a class, "blue", "green": name one by --class`},
	} {
		if got := classNote(row.class, row.classes); got != row.want {
			t.Errorf("%s: %q", row.rule, got)
		}
	}
}
