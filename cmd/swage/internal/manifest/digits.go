package manifest

import (
	"encoding/json"
	"fmt"
	"strings"

	"sigs.k8s.io/yaml"
	yamlv3 "sigs.k8s.io/yaml/goyaml.v3"

	"swage.dev/swage/podtemplate/tree"
)

// readYAML reads the document as kubectl does, and then gives numbers the digits
// back that they lost in floating point.
func (d *document) readYAML() error {
	converted, err := yaml.YAMLToJSON(d.text)
	if err != nil {
		return fmt.Errorf("%s: %w", d.file, shiftLine(err, d.line))
	}
	d.json = converted
	var text yamlv3.Node
	if yamlv3.Unmarshal(d.text, &text) != nil {
		return nil // the two parsers disagree on a corner of YAML: kubectl's counts
	}
	root, err := tree.Parse(converted)
	if err != nil {
		return fmt.Errorf("%s:%d: %w", d.file, d.line, err)
	}
	if restoreDigits(root, &text) {
		d.json = []byte(root.JSON())
	}
	return nil
}

// restoreDigits walks the value and its text side by side.
func restoreDigits(n *tree.Node, text *yamlv3.Node) (restored bool) {
	switch text.Kind {
	case yamlv3.DocumentNode:
		return len(text.Content) == 1 && restoreDigits(n, text.Content[0])
	case yamlv3.SequenceNode:
		if elements := n.Elements(); len(elements) == len(text.Content) {
			for i, element := range elements {
				restored = restoreDigits(element, text.Content[i]) || restored
			}
		}
	case yamlv3.MappingNode:
		for name, value := range lastMembers(text) {
			if member := n.Get(name); member != nil {
				restored = restoreDigits(member, value) || restored
			}
		}
	case yamlv3.ScalarNode:
		return restoreNumber(n, text)
	}
	return restored
}

// lastMembers returns a mapping's members; of repeated keys the last, as kubectl does.
func lastMembers(mapping *yamlv3.Node) map[string]*yamlv3.Node {
	members := make(map[string]*yamlv3.Node, len(mapping.Content)/2)
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		members[mapping.Content[i].Value] = mapping.Content[i+1]
	}
	return members
}

// restoreNumber puts the digits as written in place of a number without
// exponent, and of a number that became a string because no float64 holds it.
// 1e3 stays the 1000 that the API server would get from kubectl: some of its
// fields take no other spelling.
func restoreNumber(n *tree.Node, text *yamlv3.Node) bool {
	plain := text.Style == 0 && text.Anchor == "" && isNumber(text.Value)
	exponent := strings.ContainsAny(text.Value, "eE")
	if !plain || n.Parent() == nil || n.Raw() == text.Value || exponent == n.Is(tree.Number) {
		return false
	}
	number, err := tree.Parse([]byte(text.Value))
	if err != nil {
		return false
	}
	n.Replace(number)
	return true
}

func isNumber(text string) bool {
	first := strings.TrimPrefix(text, "-")
	return first != "" && first[0] >= '0' && first[0] <= '9' && json.Valid([]byte(text))
}
