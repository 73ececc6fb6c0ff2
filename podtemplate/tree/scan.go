package tree

import (
	"fmt"
	"slices"
	"strings"
)

// scanner takes one JSON value apart that was validated before: it looks for
// the ends of values and checks nothing, but for the nesting. Texts of nodes are
// substrings of the one text, and nodes come from slabs: both save an
// allocation per value.
type scanner struct {
	text   string
	at     int
	depth  int // levels allowed
	opaque []string

	nodes []Node
	slots []*Node
	stack []*Node // the kids of the objects and lists that are open
}

// In pods that Spark makes, a value takes 25 bytes of JSON in the mean.
const bytesPerNode = 25

// mostNodes bounds the slab that a text's length alone makes us allocate.
const mostNodes = 512

func newScanner(text string, depth int) scanner {
	nodes := min(len(text)/bytesPerNode+1, mostNodes)
	return scanner{
		text: text, depth: depth,
		nodes: make([]Node, nodes), slots: make([]*Node, nodes), stack: make([]*Node, 0, 64),
	}
}

func (s *scanner) document() (*Node, error) {
	n := s.value(0)
	if s.depth < 0 {
		return nil, errTooDeep
	}
	return n, nil
}

var errTooDeep = fmt.Errorf("nested deeper than %d levels", maxDepth)

func (s *scanner) value(depth int) *Node {
	switch c := s.next(); c {
	case '{', '[':
		return s.composite(Kind(c), depth)
	case '"':
		return s.node(String, s.literal())
	case 't', 'f', 'n':
		return s.node(Kind(c), s.word())
	default:
		return s.node(Number, s.word())
	}
}

// next skips white space and returns the byte where something begins.
func (s *scanner) next() byte {
	for {
		switch c := s.text[s.at]; c {
		case ' ', '\t', '\r', '\n':
			s.at++
		default:
			return c
		}
	}
}

// composite reads an object or a list. Nested too deep, it is passed over, and document reports it.
func (s *scanner) composite(kind Kind, depth int) *Node {
	if depth >= s.depth {
		s.depth = -1
		return s.node(kind, s.whole())
	}
	n := s.node(kind, "")
	base := len(s.stack)
	s.at++
	closing := byte(kind) + 2 // '{'+2 is '}', '['+2 is ']'
	for c := s.next(); c != closing; c = s.next() {
		if c == ',' {
			s.at++
			continue
		}
		kid := s.kid(kind, depth)
		kid.parent, kid.origin = n, int32(len(s.stack)-base)
		s.stack = append(s.stack, kid)
	}
	s.at++
	n.kids = s.take(s.stack[base:])
	s.stack = s.stack[:base]
	return n
}

func (s *scanner) kid(parent Kind, depth int) *Node {
	if parent == Array {
		return s.value(depth + 1)
	}
	name := unquote(s.literal())
	s.next()
	s.at++ // the colon
	kid := s.member(name, depth)
	kid.name = name
	return kid
}

func (s *scanner) member(name string, depth int) *Node {
	if c := s.next(); (c == '{' || c == '[') && slices.Contains(s.opaque, name) {
		return s.node(Kind(c), s.whole())
	}
	return s.value(depth + 1)
}

// literal reads a string with its quotes.
func (s *scanner) literal() string {
	begin := s.at
	for end := begin + 1; ; end++ {
		end += strings.IndexByte(s.text[end:], '"')
		if !escaped(s.text[begin+1 : end]) {
			s.at = end + 1
			return s.text[begin:s.at]
		}
	}
}

// escaped tells whether what follows text is escaped by the backslashes at its end.
func escaped(text string) bool {
	odd := false
	for i := len(text) - 1; i >= 0 && text[i] == '\\'; i-- {
		odd = !odd
	}
	return odd
}

// word reads a number or a literal name.
func (s *scanner) word() string {
	begin := s.at
	for s.at < len(s.text) && !strings.ContainsRune(",]} \t\r\n", rune(s.text[s.at])) {
		s.at++
	}
	return s.text[begin:s.at]
}

// whole reads an object or a list without taking it apart.
func (s *scanner) whole() string {
	begin, open := s.at, 0
	for {
		switch s.text[s.at] {
		case '"':
			s.literal()
			continue
		case '{', '[':
			open++
		case '}', ']':
			open--
		}
		s.at++
		if open == 0 {
			return s.text[begin:s.at]
		}
	}
}

func (s *scanner) node(kind Kind, text string) *Node {
	if len(s.nodes) == 0 {
		s.nodes = make([]Node, 64)
	}
	n := &s.nodes[0]
	s.nodes = s.nodes[1:]
	n.kind, n.text = kind, text
	return n
}

// take copies kids into a slab; the full slice expression keeps a later append from reaching into the neighbour.
func (s *scanner) take(kids []*Node) []*Node {
	if len(kids) == 0 {
		return nil
	}
	if len(s.slots) < len(kids) {
		s.slots = make([]*Node, max(64, len(kids)))
	}
	taken := s.slots[:len(kids):len(kids)]
	s.slots = s.slots[len(kids):]
	copy(taken, kids)
	return taken
}
