package chart

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// source begins Helm's note about the file that a document comes from.
const source = "# Source: "

// Manifests are what those get who install without Helm and without any value.
func (h *Helm) Manifests(ctx context.Context) (map[string][]byte, error) {
	rendered, err := h.Template(ctx)
	if err != nil {
		return nil, err
	}
	return split(rendered)
}

// WriteManifests writes them into a folder.
func (h *Helm) WriteManifests(ctx context.Context, dir string) error {
	files, err := h.Manifests(ctx)
	if err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// split sorts what was rendered by the chart's files: what Helm adds to say
// that it manages an object is left out, since whoever applies the files is not
// Helm. The text stays as the chart has it, comments included.
func split(rendered []byte) (map[string][]byte, error) {
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
