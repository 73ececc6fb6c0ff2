package printer

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// words are what YAML 1.1 reads as a boolean or as null, in lower case.
var words = []string{"y", "n", "yes", "no", "on", "off", "true", "false", "null"}

// numberBytes are those of which numbers, times and dates consist in any YAML: 0x1F, 1e3, 1_000, 0o17, 12:30, 2001-12-14t21:59:43.
const numberBytes = "0123456789abcdefABCDEFxXoO_.:+-tTzZ "

// scalarText writes a string so that no YAML parser takes it for anything else:
// plainly where that is certain, else between double quotes.
func scalarText(text string) string {
	if plain(text) {
		return text
	}
	return quoted(text)
}

func plain(text string) bool {
	if text == "" || slices.Contains(words, strings.ToLower(text)) || strings.HasSuffix(text, ":") || strings.HasSuffix(text, " ") {
		return false
	}
	if strings.Contains(text, ": ") || strings.Contains(text, " #") {
		return false
	}
	outside := func(r rune) bool { return r < ' ' || r > '~' }
	return strings.IndexFunc(text, outside) < 0 && plainStart(text)
}

// plainStart tells whether a plain scalar may begin like text: with a letter, a
// path, an option ("--class"), or with a digit if it cannot be a number.
func plainStart(text string) bool {
	switch first := text[0]; {
	case letter(first), first == '/', first == '_':
		return true
	case first >= '0' && first <= '9':
		return strings.Trim(text, numberBytes) != ""
	case first == '-':
		option := strings.TrimPrefix(text[1:], "-")
		return option != "" && letter(option[0])
	}
	return false
}

func letter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

// quoted escapes what YAML's double quotes do not allow or people cannot see.
func quoted(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// literal tells whether a text may stand in a block: several visible lines, the
// first of which does not hide the block's indentation.
func literal(text string) bool {
	if !strings.Contains(text, "\n") || strings.ContainsAny(text[:1], " \t\n") {
		return false
	}
	for line := range strings.SplitSeq(text, "\n") {
		if line != strings.TrimRight(line, " \t") {
			return false
		}
	}
	hidden := func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }
	return strings.IndexFunc(text, hidden) < 0
}
