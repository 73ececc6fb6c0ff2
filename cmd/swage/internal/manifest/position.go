package manifest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	yamlv3 "sigs.k8s.io/yaml/goyaml.v3"
)

// positions is the text of a document parsed for positions, when first asked:
// most pods never are, and a List may hold thousands.
type positions struct {
	text   []byte
	parsed bool
	root   *yamlv3.Node
}

func (p *positions) find(path []string) *yamlv3.Node {
	if !p.parsed {
		p.parsed = true
		var root yamlv3.Node
		if yamlv3.Unmarshal(p.text, &root) == nil && len(root.Content) == 1 {
			p.root = root.Content[0]
		}
	}
	node := p.root
	for _, token := range path {
		node = step(node, token)
	}
	return node
}

// line is that of the key of a member, of the first line of an element; 0 if there is no such thing.
func (p *positions) line(path []string) int {
	parent, last := p.find(path[:len(path)-1]), path[len(path)-1]
	switch found := step(parent, last); {
	case found == nil:
		return 0
	case parent.Kind == yamlv3.MappingNode:
		return keyLine(parent, last)
	default:
		return found.Line
	}
}

func keyLine(mapping *yamlv3.Node, key string) (line int) {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			line = mapping.Content[i].Line
		}
	}
	return line
}

func step(node *yamlv3.Node, token string) *yamlv3.Node {
	switch {
	case node == nil:
	case node.Kind == yamlv3.MappingNode:
		return lastMembers(node)[token]
	case node.Kind == yamlv3.SequenceNode:
		return element(node, token)
	}
	return nil
}

// element finds a list's element by its index, else by its name.
func element(list *yamlv3.Node, token string) *yamlv3.Node {
	if i, err := strconv.Atoi(token); err == nil && i >= 0 && i < len(list.Content) {
		return list.Content[i]
	}
	for _, candidate := range list.Content {
		if name := lastMembers(candidate)["name"]; name != nil && name.Value == token {
			return candidate
		}
	}
	return nil
}

// Where is file:line of the object.
func (o *Object) Where() string { return fmt.Sprintf("%s:%d", o.File, o.LineOf()) }

// LineOf returns the line in File of what is at path: member names, and for list
// elements their index or name, from the object's root; of a member it is the
// line of its key. Where the path ends early, it is the line of
// what there is.
func (o *Object) LineOf(path ...string) int {
	full := slices.Concat(o.within, path)
	for ; len(full) > 0; full = full[:len(full)-1] {
		if line := o.positions.line(full); line > 0 {
			return o.line + line - 1
		}
	}
	if root := o.positions.find(nil); root != nil {
		return o.line + root.Line - 1
	}
	return o.line
}

// LineIn returns the line in File of the n-th line, counted from 1, of the text
// at path. A literal block ("|") has a line for each line of its value; the
// lines of other spellings cannot be told apart, and all are the line of the value.
func (o *Object) LineIn(n int, path ...string) int {
	node := o.positions.find(slices.Concat(o.within, path))
	if node == nil || node.Style != yamlv3.LiteralStyle || n < 1 {
		return o.LineOf(path...)
	}
	return o.line + node.Line + n - 1 // the value begins in the line after its indicator
}

// LineInText returns the line in File of the n-th line of Text.
func (o *Object) LineInText(n int) int {
	if len(o.within) > 0 || n < 1 {
		return o.LineOf()
	}
	return o.line + n - 1
}

// shiftLine makes the "line N" of a parser's error count from the start of the
// file. The parser tells the line in no other way than its message.
func shiftLine(err error, start int) error {
	message := strings.TrimPrefix(err.Error(), "error converting YAML to JSON: ")
	message = strings.TrimPrefix(message, "yaml: ")
	var line int
	if _, scan := fmt.Sscanf(message, "line %d:", &line); scan != nil {
		return fmt.Errorf("document in line %d: not valid YAML: %s", start, message)
	}
	_, message, _ = strings.Cut(message, ": ")
	return errors.New("line " + strconv.Itoa(start+line-1) + ": not valid YAML: " + message)
}
