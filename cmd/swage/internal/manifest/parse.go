package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"swage.dev/swage/podtemplate/tree"
)

// ErrNotAnObject says that a document is YAML or JSON, but no object.
var ErrNotAnObject = errors.New("not a Kubernetes object: expected a mapping with kind, metadata and so on")

// document is one document of a file.
type document struct {
	file string
	line int // of its first line in the file, counted from 1
	text []byte
	json []byte

	positions *positions
}

// Parse reads the objects of one file. Empty documents are left out.
func Parse(file string, text []byte) ([]Object, error) {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")) // the byte order mark that Windows editors write
	if documents, ok := splitJSON(file, text); ok {
		return objects(documents)
	}
	documents := splitYAML(file, text)
	for i := range documents {
		if err := documents[i].readYAML(); err != nil {
			return nil, err
		}
	}
	return objects(documents)
}

func objects(documents []document) ([]Object, error) {
	var all []Object
	for i := range documents {
		d := &documents[i]
		d.positions = &positions{text: d.text}
		root, err := tree.Parse(d.json)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", d.file, d.line, err)
		}
		if root.Is(tree.Null) {
			continue
		}
		if dropRepeated(root) {
			d.json = []byte(root.JSON())
		}
		found, err := d.flatten(root, nil)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// dropRepeated keeps the last of members with the same name, as the API server's decoder does.
func dropRepeated(n *tree.Node) (dropped bool) {
	if n.Is(tree.Object) {
		last := make(map[string]*tree.Node, n.Len())
		for _, kid := range n.Kids() {
			if earlier := last[kid.Name()]; earlier != nil {
				earlier.Remove()
				dropped = true
			}
			last[kid.Name()] = kid
		}
	}
	for _, kid := range n.Kids() {
		dropped = dropRepeated(kid) || dropped
	}
	return dropped
}

// splitJSON takes a stream of JSON values apart. It says false when text is no
// such stream: YAML may begin with a brace too.
func splitJSON(file string, text []byte) ([]document, bool) {
	if start := bytes.TrimLeft(text, " \t\r\n"); len(start) == 0 || start[0] != '{' {
		return nil, false
	}
	var documents []document
	decoder := json.NewDecoder(bytes.NewReader(text))
	for {
		var raw json.RawMessage
		err := decoder.Decode(&raw)
		if errors.Is(err, io.EOF) {
			return documents, true
		}
		if err != nil {
			return nil, false
		}
		before := text[:int(decoder.InputOffset())-len(raw)]
		documents = append(documents, document{file: file, line: 1 + bytes.Count(before, []byte("\n")), text: raw, json: raw})
	}
}
