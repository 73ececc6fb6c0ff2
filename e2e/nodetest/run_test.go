package nodetest

import (
	"encoding/json"
	"fmt"
	"testing"
)

// judge notes what a test would have failed with.
type judge struct {
	testing.TB
	said string
}

func (*judge) Helper() {}

func (j *judge) Errorf(format string, args ...any) { j.said += fmt.Sprintf(format, args...) }

// What scenarios prove hangs on this comparison.
func TestWant(t *testing.T) {
	rows := []struct {
		rule, told string
		want       any
		same       bool
	}{
		{"equal strings", `"yes"`, "yes", true},
		{"nothing", `null`, nil, true},
		{"objects in any order", `{"2": [1, "a"], "1": null}`, map[string]any{"1": nil, "2": []any{1, "a"}}, true},
		{"numbers by value", `2`, 2.0, true},
		{"another string", `"no"`, "yes", false},
		{"a number is no string", `1`, "1", false},
		{"nothing is no word for it", `null`, "<nil>", false},
		{"two strings are not one", `["a b"]`, []string{"a", "b"}, false},
		{"one more executor", `{"1": true, "2": true}`, map[string]any{"1": true}, false},
		{"one that told nothing", `{}`, map[string]any{"1": nil}, false},
		{"not told at all", ``, nil, false},
	}
	for _, row := range rows {
		told := Told{}
		if row.told != "" {
			told["it"] = json.RawMessage(row.told)
		}
		j := &judge{TB: t}
		told.Want(j, "it", row.want)
		if (j.said == "") != row.same {
			t.Errorf("%s: said %q", row.rule, j.said)
		}
	}
}

func TestANamespaceHasRoomForSparksNames(t *testing.T) {
	rows := []struct{ test, want string }{
		{"TestPlacement", "placement-"},
		{"TestPods/from a file", "pods-from-a-file-"},
		{"TestDefaultTemplatesReachDriverAndExecutors", "defaulttemplatesreachdriverand-"},
	}
	for _, row := range rows {
		if got := prefix(row.test); got != row.want {
			t.Errorf("%s: got %q, want %q", row.test, got, row.want)
		}
	}
}
