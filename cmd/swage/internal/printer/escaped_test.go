package printer_test

import (
	"encoding/json"
	"testing"
	"unicode"

	"swage.dev/swage/cmd/swage/internal/printer"
)

// Whatever a string holds, its JSON has no character that a terminal obeys, and is read back as the same string.
func TestEscaped(t *testing.T) {
	for _, text := range []string{"", "plain", "\x1b[2J", "\u009b2J", "a\u0080b\u009fc\u007f", "\u00a0\u00e4\u20ac\U0001f600"} {
		text := "{" + text + "}"
		encoded, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		escaped, back := printer.Escaped(encoded), ""
		if err := json.Unmarshal(escaped, &back); err != nil || back != text {
			t.Errorf("%q becomes %s, %v", text, escaped, err)
		}
		for _, r := range string(escaped) {
			if unicode.IsControl(r) {
				t.Errorf("%q becomes %q", text, escaped)
			}
		}
	}
}
