package printer

import (
	"bytes"
	"fmt"
	"regexp"
)

// obeyed are the control characters that JSON may have as they are and that some
// terminals obey: DEL, and those of 8 bits, of which 0x9b is ESC [.
var obeyed = regexp.MustCompile(`[\x{7f}-\x{9f}]`)

// Escaped is a JSON text without control characters that a terminal would obey.
// They can only be in its strings, which mean the same thereafter.
func Escaped(text []byte) []byte {
	if !obeyed.Match(text) {
		return text
	}
	return obeyed.ReplaceAllFunc(text, func(c []byte) []byte { return fmt.Appendf(nil, `\u%04x`, bytes.Runes(c)[0]) })
}
