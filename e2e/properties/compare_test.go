package properties_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// differences lists the places at which two documents differ, for people.
func differences(path string, a, b any) (found []string) {
	switch x := a.(type) {
	case map[string]any:
		if y, ok := b.(map[string]any); ok {
			names := maps.Clone(x)
			maps.Copy(names, y)
			for _, name := range slices.Sorted(maps.Keys(names)) {
				found = append(found, differences(path+"."+name, x[name], y[name])...)
			}
			return found
		}
	case []any:
		if y, ok := b.([]any); ok {
			for i := range max(len(x), len(y)) {
				found = append(found, differences(fmt.Sprintf("%s[%d]", path, i), at(x, i), at(y, i))...)
			}
			return found
		}
	}
	if text(a) != text(b) {
		found = append(found, fmt.Sprintf("%s: %s, but %s", path, text(a), text(b)))
	}
	return found
}

func at(list []any, i int) any {
	if i < len(list) {
		return list[i]
	}
	return nil
}

// mustEqual fails with the places where two pods differ.
func (c *trial) mustEqual(what string, a, b any, evidence ...any) {
	c.Helper()
	if found := differences("", a, b); len(found) > 0 {
		c.fail("%s:\n%s\n%s", what, strings.Join(found, "\n"), fmt.Sprintln(evidence...))
	}
}

func TestDifferencesAreFound(t *testing.T) {
	a := map[string]any{"same": []any{1.0}, "list": []any{1.0, 2.0}, "gone": "x", "kind": map[string]any{}}
	b := map[string]any{"same": []any{1.0}, "list": []any{1.0}, "kind": []any{}}
	want := []string{`.gone: "x", but null`, `.kind: {}, but []`, `.list[1]: 2, but null`}
	if got := differences("", a, b); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
