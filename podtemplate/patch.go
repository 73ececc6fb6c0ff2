package podtemplate

import (
	"strconv"

	"swage.dev/swage/podtemplate/tree"
)

// patch edits a document and writes down each edit as a JSON patch operation,
// with the path that holds at that moment. Edits inside something that an
// earlier operation added need none: values are written when all is done.
type patch struct {
	operations []operation
}

type operation struct {
	op    Op
	path  string
	value *tree.Node
}

// put adds a member to an object, or takes the place of a null.
func (p *patch) put(object *tree.Node, name string, value *tree.Node) {
	p.note(object, OpAdd, object.Pointer()+"/"+tree.Escape(name), value)
	object.Set(name, value)
}

// insert adds an element to a list at index i.
func (p *patch) insert(list *tree.Node, i int, value *tree.Node) {
	p.note(list, OpAdd, list.Pointer()+"/"+strconv.Itoa(i), value)
	list.Insert(i, value)
}

func (p *patch) append(list, value *tree.Node) { p.insert(list, list.Len(), value) }

// replace puts value where old was.
func (p *patch) replace(old, value *tree.Node) {
	p.note(old.Parent(), OpReplace, old.Pointer(), value)
	old.Replace(value)
}

// remove takes n out of its parent.
func (p *patch) remove(n *tree.Node) {
	p.note(n.Parent(), OpRemove, n.Pointer(), nil)
	n.Remove()
}

func (p *patch) note(parent *tree.Node, op Op, path string, value *tree.Node) {
	if !parent.Fresh() {
		p.operations = append(p.operations, operation{op, path, value})
	}
}

// json returns the patch as RFC 6902 JSON, nil when nothing was edited.
func (p *patch) json() []byte {
	if len(p.operations) == 0 {
		return nil
	}
	text := make([]byte, 0, usualOperation*len(p.operations))
	separator := byte('[')
	for _, o := range p.operations {
		text = append(text, separator)
		separator = ','
		text = append(append(append(text, `{"op":"`...), o.op...), `","path":`...)
		text = tree.AppendQuoted(text, o.path)
		if o.value != nil {
			text = o.value.AppendJSON(append(text, `,"value":`...))
		}
		text = append(text, '}')
	}
	return append(text, ']')
}

// usualOperation is more bytes than most operations take.
const usualOperation = 128
