package chart

import (
	"bytes"
	"fmt"
	"path"
	"strings"
)

// source begins Helm's note about the file that a document comes from.
const source = "# Source: "

// Split sorts what was rendered by the chart's files: what Helm adds to say
// that it manages an object is left out, since whoever applies the files is not
// Helm. The text stays as the chart has it, comments included.
func Split(rendered []byte) (map[string][]byte, error) {
	files := map[string][]byte{}
	for document := range strings.SplitSeq("\n"+string(rendered), "\n---\n") {
		if strings.TrimSpace(document) == "" {
			continue
		}
		first, rest, _ := strings.Cut(strings.TrimLeft(document, "\n"), "\n")
		from, found := strings.CutPrefix(first, source)
		if !found {
			return nil, fmt.Errorf("a document begins with %q, expected %q", first, source)
		}
		file := path.Base(from)
		if len(files[file]) > 0 {
			files[file] = append(files[file], "---\n"...)
		}
		files[file] = append(files[file], plain(rest)...)
	}
	return files, nil
}

func plain(document string) []byte {
	var out bytes.Buffer
	for line := range strings.Lines(strings.TrimRight(document, "\n") + "\n") {
		if !strings.Contains(line, "app.kubernetes.io/managed-by:") {
			out.WriteString(line)
		}
	}
	return out.Bytes()
}
