package podtemplate

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	yamlv3 "sigs.k8s.io/yaml/goyaml.v3"
)

// yamlNode is one node of a YAML text with its position. The values that are
// merged are read by sigs.k8s.io/yaml, as kubectl reads them; these nodes serve
// positions and the rules about YAML itself.
type yamlNode = yamlv3.Node

// yamlProblem is a rule about YAML itself that a text breaks.
type yamlProblem struct {
	line    int
	message string
}

// readPositions parses text for positions. A syntax error is returned as a problem.
func readPositions(text []byte) (*yamlNode, []yamlProblem) {
	decoder := yamlv3.NewDecoder(strings.NewReader(string(text)))
	var first, second yamlNode
	if err := decoder.Decode(&first); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, nil // an empty text
		}
		return nil, []yamlProblem{syntaxProblem(err)}
	}
	if decoder.Decode(&second) == nil {
		return nil, []yamlProblem{{second.Line, "more than one YAML document: a template entry is one pod template"}}
	}
	return &first, structureProblems(&first, nil)
}

// syntaxProblem takes the line out of the parser's message, which has no other place for it.
func syntaxProblem(err error) yamlProblem {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	var line int
	if _, scan := fmt.Sscanf(message, "line %d:", &line); scan == nil {
		_, message, _ = strings.Cut(message, ": ")
	}
	return yamlProblem{line, "not valid YAML: " + message}
}

// structureProblems finds anchors, aliases and repeated keys: the first two let
// a small text grow without bound, the third hides what somebody wrote.
func structureProblems(n *yamlNode, problems []yamlProblem) []yamlProblem {
	if n.Kind == yamlv3.AliasNode || n.Anchor != "" {
		return append(problems, yamlProblem{n.Line, "YAML anchors and aliases are not allowed in templates: write the value out"})
	}
	if n.Kind == yamlv3.MappingNode {
		problems = repeatedKeys(n, problems)
	}
	for _, kid := range n.Content {
		problems = structureProblems(kid, problems)
	}
	return problems
}

func repeatedKeys(n *yamlNode, problems []yamlProblem) []yamlProblem {
	lines := make(map[string]int, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if first, again := lines[key.Value]; again {
			problems = append(problems, yamlProblem{key.Line, fmt.Sprintf("key %q is already set in line %d", key.Value, first)})
		}
		lines[key.Value] = key.Line
	}
	return problems
}

// lineOf returns the line of the place that a JSON Pointer names, 0 if it is not found.
func lineOf(n *yamlNode, pointer string) int {
	if n == nil {
		return 0
	}
	if n.Kind == yamlv3.DocumentNode && len(n.Content) > 0 {
		n = n.Content[0]
	}
	line := n.Line
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		token = strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
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
