package generate

import (
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
		value := object[name]
		switch {
		case name == "mountPath" || name == "devicePath":
			value = path.Clean(value.(string))
		case name == "operator" && (value == nil || value == ""):
			value = "Equal"
		case name == "protocol" && (value == nil || value == ""):
			value = "TCP"
		case value == nil:
			value = ""
		}
		parts = append(parts, value)
	}
	return text(parts)
}

func text(value any) string {
	out, err := json.Marshal(value)
	if err != nil {
		panic(err) // values come from JSON
	}
	return string(out)
}
