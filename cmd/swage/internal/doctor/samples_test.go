package doctor

import (
	"reflect"
	"testing"
)

// Prometheus' text format: labels in any order, escapes, numbers of every kind, a timestamp; what is no sample is none.
func TestParseSamples(t *testing.T) {
	got := ParseSamples(`# TYPE a counter
a{x="1",y="a \"b\", c}"} 2
a{y="2"} 1.5e+02 1700000000
a 7
b{x="1"} 9
a{x="1" 2
a{x=1} 2
a{x="1"} two
ab 3
a{x="1",} 4`, "a")
	want := []Sample{
		{map[string]string{"x": "1", "y": `a "b", c}`}, 2},
		{map[string]string{"y": "2"}, 150},
		{map[string]string{}, 7},
		{map[string]string{"x": "1"}, 4},
	}
	if !reflect.DeepEqual(got, Samples{"a": want}) {
		t.Errorf("got %+v", got)
	}
}
