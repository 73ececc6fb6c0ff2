package podtemplate

import (
	"strings"
	"testing"
)

// R28: a denial names what was asked for; it is the pod's text, so it is quoted unless it is a name.
func TestWhatIsNoNameIsQuoted(t *testing.T) {
	for asked, want := range map[string]string{
		"spot":                   "spot",
		"a.b-c":                  "a.b-c",
		"Spot":                   `"Spot"`,
		"x\n---\nkind: Pod":      `"x\n---\nkind: Pod"`,
		"x\x1b[31m":              `"x\x1b[31m"`,
		"\u202espot":             `"\u202espot"`,
		strings.Repeat("A", 300): `"` + strings.Repeat("A", 63) + `..."`,
	} {
		if got := asName(asked); got != want {
			t.Errorf("%q: got %s, want %s", asked, got, want)
		}
	}
}
