package generate

import (
	"cmp"
	"encoding/json"
	"path"

	"swage.dev/swage/podtemplate/schema"
)

// Key tells the elements of a list apart, as the table's rows say it.
func Key(f *schema.Field, element any) string {
	object, ok := element.(Object)
	if !ok || len(f.Rule.Key) == 0 {
		return text(element)
	}
	var parts []any
	for _, name := range f.Rule.Key {
		parts = append(parts, keyMember(name, object[name]))
	}
	return text(parts)
}

func keyMember(name string, value any) any {
	if value == nil {
		value = ""
	}
	switch name {
	case "mountPath", "devicePath":
		return path.Clean(value.(string))
	case "operator":
		return cmp.Or(value.(string), "Equal")
	case "protocol":
		return cmp.Or(value.(string), "TCP")
	default:
		return value
	}
}

func text(value any) string {
	out, err := json.Marshal(value)
	if err != nil {
		panic(err) // values come from JSON
	}
	return string(out)
}
