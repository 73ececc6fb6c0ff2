package offline

import (
	"slices"
	"testing"
)

func TestPathTokens(t *testing.T) {
	for path, want := range map[string][]string{
		"":                             nil,
		"spec":                         {"spec"},
		"spec.containers[0].image":     {"spec", "containers", "0", "image"},
		"spec.nodeSelector[a.b/c]":     {"spec", "nodeSelector", "a.b/c"},
		"spec.x[a].y":                  {"spec", "x", "a", "y"},
		"metadata.annotations[a.b/c].": {"metadata", "annotations", "a.b/c"},
		"a[b":                          {"a", "[b"},
	} {
		if got := pathTokens(path); !slices.Equal(got, want) {
			t.Errorf("%q: got %q want %q", path, got, want)
		}
	}
}
