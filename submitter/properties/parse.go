// Package properties reads and writes the files of java.util.Properties: the
// form of spark-defaults.conf and of the configuration that a driver reads.
package properties

import (
	"fmt"
	"strconv"
	"strings"
)

// Parse reads a file's text. Of a repeated key the last value holds, as in Java.
// The one error is a \u that four hexadecimal digits do not follow.
func Parse(text string) (map[string]string, error) {
	all := map[string]string{}
	for number, line := range logicalLines(text) {
		key, value := cut(line)
		key, err := unescape(key)
		if err == nil {
			value, err = unescape(value)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		all[key] = value
	}
	return all, nil
}

// logicalLines yields lines that are no comment, continued ones joined, with
// the number of the natural line each begins on.
func logicalLines(text string) func(yield func(int, string) bool) {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	lines := strings.Split(text, "\n")
	return func(yield func(int, string) bool) {
		for i := 0; i < len(lines); i++ {
			first := i
			line := trimLeft(lines[i])
			if line == "" || line[0] == '#' || line[0] == '!' {
				continue
			}
			for continued(line) {
				line = line[:len(line)-1]
				if i+1 == len(lines) {
					break
				}
				i++
				line += trimLeft(lines[i])
			}
			if !yield(first+1, line) {
				return
			}
		}
	}
}

func trimLeft(s string) string { return strings.TrimLeft(s, blanks) }

const blanks = " \t\f"

// continued tells whether a line ends in an odd number of backslashes.
func continued(line string) bool {
	return (len(line)-len(strings.TrimRight(line, `\`)))%2 == 1
}

// cut splits a line at the first unescaped separator: blanks, or one = or : among them.
func cut(line string) (key, value string) {
	end := len(line)
	for i := 0; i < len(line); i++ {
		if line[i] == '\\' {
			i++
			continue
		}
		if strings.IndexByte(blanks+"=:", line[i]) >= 0 {
			end = i
			break
		}
	}
	value = trimLeft(line[end:])
	if value != "" && (value[0] == '=' || value[0] == ':') {
		value = trimLeft(value[1:])
	}
	return line[:end], value
}

func unescape(s string) (string, error) {
	if !strings.Contains(s, `\`) {
		return s, nil
	}
	var units []uint16
	var out strings.Builder
	flush := func() {
		out.WriteString(decodeUTF16(units))
		units = units[:0]
	}
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			flush()
			if s[i] != '\\' {
				out.WriteByte(s[i])
			}
			continue
		}
		i++
		if s[i] == 'u' {
			unit, err := hex4(s[i+1:])
			if err != nil {
				return "", err
			}
			units = append(units, unit)
			i += 4
			continue
		}
		flush()
		out.WriteByte(plain(s[i]))
	}
	flush()
	return out.String(), nil
}

// plain is what an escaped character stands for: itself, but for four.
func plain(c byte) byte {
	switch c {
	case 't':
		return '\t'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 'f':
		return '\f'
	}
	return c
}

func hex4(s string) (uint16, error) {
	if len(s) >= 4 {
		if unit, err := strconv.ParseUint(s[:4], 16, 16); err == nil {
			return uint16(unit), nil
		}
	}
	return 0, fmt.Errorf(`\u%.4s: expected four hexadecimal digits after \u`, s)
}
