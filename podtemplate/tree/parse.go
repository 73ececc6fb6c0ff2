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
func Parse(data []byte, opaque ...string) (*Node, error) {
	p := newParser(data, maxDepth)
	p.opaque = opaque
	root, err := p.value(0)
	if err != nil {
		return nil, fmt.Errorf("reading JSON at byte %d: %w", p.dec.InputOffset(), err)
	}
	if _, err := p.dec.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, ErrTrailing
	}
	return root, nil
}

// parser builds nodes whose texts are substrings of one copy of the input, and
// takes nodes from slabs: both save an allocation per value.
type parser struct {
	text   string
	dec    *jsontext.Decoder
	depth  int // levels allowed
	opaque []string
	nodes  []Node
	stack  []*Node
	slots  []*Node
}

func newParser(data []byte, depth int) parser {
	return parser{
		text:  string(data),
		dec:   jsontext.NewDecoder(bytes.NewBuffer(data), jsontext.AllowDuplicateNames(true)),
		depth: depth,
	}
}

func (p *parser) value(depth int) (*Node, error) {
	if depth > p.depth {
		return nil, fmt.Errorf("nested deeper than %d levels", p.depth)
	}
	switch kind := p.dec.PeekKind(); kind {
	case '{', '[':
		return p.composite(Kind(kind), depth)
	default:
		text, err := p.raw()
		if err != nil {
			return nil, err
		}
		return p.node(Kind(kind), text), nil
	}
}

func (p *parser) composite(kind Kind, depth int) (*Node, error) {
	if _, err := p.dec.ReadToken(); err != nil {
		return nil, err
	}
	n := p.node(kind, "")
	base := len(p.stack)
	closing := jsontext.Kind(kind + 2) // '{'+2 is '}', '['+2 is ']'
	for p.dec.PeekKind() != closing {
		kid, err := p.kid(kind, depth)
		if err != nil {
			return nil, err
		}
		kid.parent = n
		kid.origin = int32(len(p.stack) - base)
		p.stack = append(p.stack, kid)
	}
	n.kids = p.take(p.stack[base:])
	p.stack = p.stack[:base]
	_, err := p.dec.ReadToken()
	return n, err
}

func (p *parser) kid(parent Kind, depth int) (*Node, error) {
	if parent == Array {
		return p.value(depth + 1)
	}
	literal, err := p.raw()
	if err != nil {
		return nil, err
	}
	name := unquote(literal)
	kid, err := p.member(name, depth)
	if err != nil {
		return nil, err
	}
	kid.name = name
	return kid, nil
}

func (p *parser) member(name string, depth int) (*Node, error) {
	for _, opaque := range p.opaque {
		if name == opaque {
			return p.unparsed()
		}
	}
	return p.value(depth + 1)
}

func (p *parser) unparsed() (*Node, error) {
	kind := p.dec.PeekKind()
	text, err := p.raw()
	if err != nil {
		return nil, err
	}
	return p.node(Kind(kind), text), nil
}

// raw reads the next value and returns its text as a part of the one copy.
func (p *parser) raw() (string, error) {
	value, err := p.dec.ReadValue()
	if err != nil {
		return "", err
	}
	end := p.dec.InputOffset()
	return p.text[end-int64(len(value)) : end], nil
}

func (p *parser) node(kind Kind, text string) *Node {
	if len(p.nodes) == 0 {
		p.nodes = make([]Node, 64)
	}
	n := &p.nodes[0]
	p.nodes = p.nodes[1:]
	n.kind, n.text = kind, text
	return n
}

// take copies kids into a slab; the full slice expression keeps a later append from reaching into the neighbour.
func (p *parser) take(kids []*Node) []*Node {
	if len(kids) == 0 {
		return nil
	}
	if len(p.slots) < len(kids) {
		p.slots = make([]*Node, max(128, len(kids)))
	}
	taken := p.slots[:len(kids):len(kids)]
	p.slots = p.slots[len(kids):]
	copy(taken, kids)
	return taken
}

// expand takes a subtree apart that Parse left as text. It was validated when it
// was read, so this fails only for a reason nobody knows; then the text stays.
func (n *Node) expand() {
	if n.text == "" || (n.kind != Object && n.kind != Array) {
		return
	}
	p := newParser([]byte(n.text), len(n.text)) // no nesting is deeper than its text is long
	parsed, err := p.value(0)
	if err != nil {
		return
	}
	n.text, n.kids = "", parsed.kids
	for _, kid := range n.kids {
		kid.parent = n
	}
}
