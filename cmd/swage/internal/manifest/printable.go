package manifest

import (
	"strings"
	"unicode"
)

// Printable is text in which nothing begins a line of its own or steers a
// terminal: files may come from anywhere, and no API server has looked at them.
func Printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
}
