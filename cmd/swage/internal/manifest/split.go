package manifest

import "bytes"

// splitYAML cuts a file at its "---" and "..." lines, which can stand inside no
// YAML value, and remembers where each document starts.
func splitYAML(file string, text []byte) []document {
	var documents []document
	current := document{file: file, line: 1}
	line := 0
	for content := range bytes.Lines(text) {
		line++
		if rest, marker := separator(content); marker {
			documents = append(documents, current)
			// What follows the marker in its line belongs to the next document.
			current = document{file: file, line: line, text: rest}
			continue
		}
		current.text = append(current.text, content...)
	}
	documents = append(documents, current)
	kept := documents[:0]
	for _, d := range documents {
		if !d.blank() {
			kept = append(kept, d)
		}
	}
	return kept
}

// separator tells whether a line parts two documents, and what it says besides.
// Spaces stand for the marker, so that columns and lines stay what they are.
func separator(line []byte) (rest []byte, ok bool) {
	rest, dashes := bytes.CutPrefix(line, []byte("---"))
	if !dashes {
		if rest, ok = bytes.CutPrefix(line, []byte("...")); !ok {
			return nil, false
		}
	}
	if len(rest) > 0 && !bytes.ContainsRune([]byte(" \t\r\n"), rune(rest[0])) {
		return nil, false
	}
	if len(rest) == 0 {
		rest = []byte("\n")
	}
	return append([]byte("   "), rest...), true
}

// blank tells whether a document consists of empty lines, comments and directives.
func (d *document) blank() bool {
	for line := range bytes.Lines(d.text) {
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' && line[0] != '%' {
			return false
		}
	}
	return true
}
