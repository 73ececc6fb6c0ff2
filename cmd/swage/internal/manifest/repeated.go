package manifest

import yamlv3 "sigs.k8s.io/yaml/goyaml.v3"

// Repeated is a key that a mapping has more than once: what it said first is lost.
type Repeated struct {
	Key string
	// Line is that of the later one, First that of the earlier one, in File.
	Line, First int
}

// RepeatedKeys returns the keys that the object's own text states more than once.
func (o *Object) RepeatedKeys() []Repeated {
	return o.repeated(o.positions.find(o.within), nil)
}

func (o *Object) repeated(node *yamlv3.Node, found []Repeated) []Repeated {
	if node == nil {
		return found
	}
	if node.Kind == yamlv3.MappingNode {
		first := map[string]int{}
		for i := 0; i+1 < len(node.Content); i += 2 {
			key, line := node.Content[i].Value, o.line+node.Content[i].Line-1
			if earlier, again := first[key]; again {
				found = append(found, Repeated{key, line, earlier})
			}
			first[key] = line
		}
	}
	for _, below := range node.Content {
		found = o.repeated(below, found)
	}
	return found
}
