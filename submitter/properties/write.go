package properties

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf16"
)

// Format writes a file that Parse and Java read as all, sorted by key.
func Format(all map[string]string) string {
	var out strings.Builder
	for _, key := range slices.Sorted(maps.Keys(all)) {
		escape(&out, key, true)
		out.WriteByte('=')
		escape(&out, all[key], false)
		out.WriteByte('\n')
	}
	return out.String()
}

// named are the characters with an escape of their own.
var named = map[rune]string{'\t': `\t`, '\n': `\n`, '\r': `\r`, '\f': `\f`}

// escape writes what may be misread as an escape. Java reads the file as
// Latin-1 or as UTF-8, depending on who opens it: only ASCII is both.
func escape(out *strings.Builder, s string, key bool) {
	for i, r := range s {
		switch {
		case named[r] != "":
			out.WriteString(named[r])
		case r == ' ' && (key || i == 0), strings.ContainsRune(`\=:#!`, r):
			out.WriteByte('\\')
			out.WriteRune(r)
		case r >= ' ' && r <= '~':
			out.WriteRune(r)
		default:
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(out, `\u%04X`, unit)
			}
		}
	}
}

func decodeUTF16(units []uint16) string { return string(utf16.Decode(units)) }
