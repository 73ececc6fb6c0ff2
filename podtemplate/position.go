package podtemplate

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sort"
	"strconv"
	"strings"

	yamlv3 "sigs.k8s.io/yaml/goyaml.v3"

	"swage.dev/swage/podtemplate/tree"
)

// yamlNode is one node of a YAML text with its position. The values that are
// merged are read by sigs.k8s.io/yaml, as kubectl reads them; these nodes serve
// positions and the rules about YAML itself.
type yamlNode = yamlv3.Node

// yamlProblem is a rule about YAML itself that a text breaks.
type yamlProblem struct {
	line    int
	message string
	earlier int // the line of what is repeated
}

// readPositions parses text for positions; nil for an empty text.
func readPositions(text []byte) (*yamlNode, []yamlProblem) {
	documents, err := yamlDocuments(text)
	switch {
	case err != nil:
		return nil, []yamlProblem{{line: syntaxLine(text, err), message: "not valid YAML: " + syntaxMessage(err)}}
	case len(documents) == 0:
		return nil, nil
	case len(documents) > 1:
		return nil, []yamlProblem{{line: documents[1].Line, message: "more than one YAML document: a template entry is one pod template"}}
	}
	return documents[0], structureProblems(documents[0], nil)
}

// yamlDocuments parses all documents, also those that nobody wants: a broken one behind the first is a mistake too.
func yamlDocuments(text []byte) ([]*yamlNode, error) {
	var documents []*yamlNode
	decoder := yamlv3.NewDecoder(bytes.NewReader(text))
	for {
		var document yamlNode
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			return documents, nil
		}
		if err != nil {
			return nil, err
		}
		documents = append(documents, &document)
	}
}

// syntaxLine finds the line of a syntax error. The parser's own messages name
// the line where the surrounding block began, one less than the line, or none.
// But it reads as a stream, so the right line is the last one of the shortest
// beginning of the text that fails in the same way.
func syntaxLine(text []byte, failure error) int {
	lines := bytes.SplitAfter(text, []byte("\n"))
	ends := make([]int, len(lines))
	end := 0
	for i, line := range lines {
		end += len(line)
		ends[i] = end
	}
	return 1 + sort.Search(len(ends)-1, func(i int) bool {
		_, err := yamlDocuments(text[:ends[i]])
		return err != nil && err.Error() == failure.Error()
	})
}

// syntaxMessage is the parser's message without the line that it believes in.
func syntaxMessage(err error) string {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	var line int
	if _, scan := fmt.Sscanf(message, "line %d:", &line); scan == nil {
		_, message, _ = strings.Cut(message, ": ")
	}
	if strings.Contains(message, "alphabetic or numeric character") {
		message += ` (a container named * is written "*", in quotes)`
	}
	return message
}

// structureProblems finds anchors, aliases, merge keys, keys that are no text,
// and repeated keys: some let a small text grow without bound, others hide what
// somebody wrote.
func structureProblems(n *yamlNode, problems []yamlProblem) []yamlProblem {
	if n.Kind == yamlv3.AliasNode || n.Anchor != "" {
		return append(problems, yamlProblem{line: n.Line, message: "YAML anchors and aliases are not allowed in templates: write the value out"})
	}
	if n.Kind == yamlv3.MappingNode {
		problems = keyProblems(n, problems)
	}
	for _, kid := range n.Content {
		problems = structureProblems(kid, problems)
	}
	return problems
}

func keyProblems(n *yamlNode, problems []yamlProblem) []yamlProblem {
	lines := make(map[string]int, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		first, again := lines[key.Value]
		switch {
		case key.Kind != yamlv3.ScalarNode:
			problems = append(problems, yamlProblem{line: key.Line, message: "a key must be text"})
			continue
		case key.ShortTag() == "!!merge":
			problems = append(problems, yamlProblem{line: key.Line, message: "YAML merge keys are not allowed in templates: write the members out"})
		case again:
			problems = append(problems, yamlProblem{key.Line, fmt.Sprintf("key %q is already set", key.Value), first})
		}
		lines[key.Value] = key.Line
	}
	return problems
}

// lineOf returns the line of the place that a JSON Pointer names, or of what is
// nearest above it; 0 for an empty text.
func lineOf(n *yamlNode, pointer string) int {
	if n == nil {
		return 0
	}
	if n.Kind == yamlv3.DocumentNode && len(n.Content) > 0 {
		n = n.Content[0]
	}
	line := n.Line
	for token := range tree.Tokens(pointer) {
		if n, line = step(n, token); n == nil {
			return line
		}
	}
	return line
}

// step goes one token down; the line of a member is that of its key.
func step(n *yamlNode, token string) (*yamlNode, int) {
	switch n.Kind {
	case yamlv3.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == token {
				return n.Content[i+1], n.Content[i].Line
			}
		}
	case yamlv3.SequenceNode:
		if i, err := strconv.Atoi(token); err == nil && i < len(n.Content) {
			return n.Content[i], n.Content[i].Line
		}
	}
	return nil, n.Line
}
