package podtemplate

import (
	"path"
	"strings"

	"swage.dev/swage/podtemplate/schema"
	"swage.dev/swage/podtemplate/tree"
)

// elementKey returns the canonical text of the members that identify an element
// of a list: defaults filled in, mount paths cleaned. missing is the name of a
// key member that the API server requires and the element lacks. Elements of
// sets are identified by all they say.
func elementKey(field *schema.Field, element *tree.Node) (key, missing string) {
	names := field.Rule.Key
	if len(names) == 0 {
		return element.JSON(), ""
	}
	for i, name := range names {
		member, optional := keyMember(field, element, name)
		switch {
		case i > 0:
			key += keySeparator + member
		case member == "" && !optional:
			return "", name
		default:
			key = member
		}
	}
	return key, ""
}

// keySeparator cannot occur in JSON text that Kubernetes accepts as a name or path.
const keySeparator = "\x00"

func keyMember(field *schema.Field, element *tree.Node, name string) (text string, optional bool) {
	n := element.Get(name)
	text = n.Text()
	if n.Is(tree.Number) {
		text = n.Raw()
	}
	switch name {
	case "mountPath", "devicePath":
		if text != "" {
			text = path.Clean(text)
		}
	case "protocol", "operator":
		if text == "" {
			text = strings.Trim(field.Type.Elem.Field(name).Default.Value, `"`)
		}
	}
	return text, field.Name == "tolerations" // an empty key with Exists tolerates everything
}
