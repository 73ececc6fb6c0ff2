package main

import (
	"slices"
	"testing"
	"testing/fstest"
)

func TestLinks(t *testing.T) {
	repo := fstest.MapFS{"README.md": {}, "docs/a.md": {}, "code/x.go": {}}
	tests := map[string]struct {
		text string
		want []string
	}{
		"to a file beside":           {"see [a](a.md)", nil},
		"to a file elsewhere":        {"see [x](../code/x.go)", nil},
		"to a folder":                {"see [x](../code)", nil},
		"to a place in a file":       {"see [a](a.md#part) and [here](#part)", nil},
		"to the web":                 {"see [k](https://kubernetes.io/docs) or [m](mailto:a@b.c)", nil},
		"to what is not there":       {"one\nsee [b](b.md)", []string{"docs/t.md:2: the link to b.md leads nowhere"}},
		"two in one line":            {"[b](b.md) [c](c.md)", []string{"docs/t.md:1: the link to b.md leads nowhere", "docs/t.md:1: the link to c.md leads nowhere"}},
		"to what is out of the tree": {"[b](../../b.md)", []string{"docs/t.md:1: the link to ../../b.md leads nowhere"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := checkLinks(repo, "docs/t.md", []byte(tt.text)); !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
