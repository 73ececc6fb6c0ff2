package app

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"swage.dev/swage/cmd/swage/internal/printer"
	"swage.dev/swage/podtemplate/tree"
	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/commandline"
)

// writeObjects writes objects in one of submit's formats. how says what kind of
// run it was.
type writeObjects func(objects []submitter.Object, how string) ([]byte, error)

// objectFormats are the values of submit's --output.
func objectFormats() (names []string, write map[string]writeObjects) {
	return []string{"name", "yaml", "json"}, map[string]writeObjects{
		"name": objectNames,
		"yaml": func(objects []submitter.Object, _ string) ([]byte, error) {
			text, err := objectList(objects)
			return podYAML(text), err
		},
		"json": func(objects []submitter.Object, _ string) ([]byte, error) {
			text, err := objectList(objects)
			return printer.JSON(text), err
		},
	}
}

// objectFormat is what --output asks for.
func objectFormat(cmd *cobra.Command, line *commandline.Line) (writeObjects, error) {
	names, write := objectFormats()
	output := cmp.Or(line.Own["--output"], names[0])
	if err := checkOutput(cmd, output, names); err != nil {
		return nil, err
	}
	return write[output], nil
}

// objectNames says what would be created, one object a line, as kubectl does.
func objectNames(objects []submitter.Object, how string) ([]byte, error) {
	var out bytes.Buffer
	for _, o := range objects {
		kind := o.GetObjectKind().GroupVersionKind()
		name := strings.ToLower(kind.Kind)
		if kind.Group != "" {
			name += "." + kind.Group
		}
		fmt.Fprintf(&out, "%s/%s created (%s)\n", name, o.GetName(), how)
	}
	return out.Bytes(), nil
}

// objectList is a List of the objects, in an order in which they can be created.
func objectList(objects []submitter.Object) ([]byte, error) {
	items := tree.NewArray()
	for _, o := range objects {
		text, err := json.Marshal(o)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", o.GetName(), err)
		}
		object, err := tree.Parse(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", o.GetName(), err)
		}
		if status := object.Get("status"); status != nil {
			status.Remove() // the server's to write
		}
		items.Append(object)
	}
	return []byte(`{"apiVersion":"v1","kind":"List","items":` + items.JSON() + `}`), nil
}
