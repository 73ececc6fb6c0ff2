package tree

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// ErrTrailing is returned by Parse when something follows the JSON value.
var ErrTrailing = errors.New("more than one JSON value")

// maxDepth bounds nesting. The deepest path of a Pod has some 20 levels;
// the API server itself refuses deeper JSON at 10,000.
const maxDepth = 500

// Parse reads one JSON value. Members called by one of the names in opaque are
// validated and kept, but not taken apart until somebody looks inside them:
// managedFields are as large as the rest of a pod and hardly ever needed.
//
// It goes over the text twice: jsontext validates the whole of it at the speed
// of memory, so that a scanner that trusts its text can take it apart. Asking
// jsontext for one token after the other takes three times as long.
func Parse(data []byte, opaque ...string) (*Node, error) {
	if !jsontext.Value(data).IsValid(jsontext.AllowDuplicateNames(true)) {
		return nil, invalid(data)
	}
	s := newScanner(string(data), maxDepth)
	s.opaque = opaque
	return s.document()
}

// invalid finds out what is wrong about a text that is not one JSON value.
func invalid(data []byte) error {
	dec := jsontext.NewDecoder(bytes.NewBuffer(data), jsontext.AllowDuplicateNames(true))
	_, err := dec.ReadValue()
	if err == nil {
		return ErrTrailing
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF // an empty text, too, is none that ended well
	}
	return fmt.Errorf("reading JSON at byte %d: %w", dec.InputOffset(), err)
}

// expand takes a subtree apart that Parse left as text. It was validated when it
// was read; should it be nested too deep all the same, the text stays.
func (n *Node) expand() {
	if n.text == "" || (n.kind != Object && n.kind != Array) {
		return
	}
	s := newScanner(n.text, len(n.text)) // no nesting is deeper than its text is long
	parsed, err := s.document()
	if err != nil {
		return
	}
	n.text, n.kids = "", parsed.kids
	for _, kid := range n.kids {
		kid.parent = n
	}
}
