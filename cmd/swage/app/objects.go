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

// objectFormats are the values of submit's --output.
func objectFormats() (names []string, write map[string]func(*submitter.Objects) ([]byte, error)) {
	return []string{"name", "yaml", "json"}, map[string]func(*submitter.Objects) ([]byte, error){
		"name": objectNames,
		"yaml": func(objects *submitter.Objects) ([]byte, error) {
			text, err := objectList(objects)
			return podYAML(text), err
		},
		"json": func(objects *submitter.Objects) ([]byte, error) {
			text, err := objectList(objects)
			return printer.JSON(text), err
		},
	}
}

// objectFormat is what --output asks for.
func objectFormat(cmd *cobra.Command, line *commandline.Line) (func(*submitter.Objects) ([]byte, error), error) {
	names, write := objectFormats()
	output := cmp.Or(line.Own["--output"], names[0])
	if err := checkOutput(cmd, output, names); err != nil {
		return nil, err
	}
	return write[output], nil
}

// objectNames says what would be created, one object a line, as kubectl does.
func objectNames(objects *submitter.Objects) ([]byte, error) {
	var out bytes.Buffer
	for _, o := range objects.All() {
		kind := o.GetObjectKind().GroupVersionKind()
		name := strings.ToLower(kind.Kind)
		if kind.Group != "" {
			name += "." + kind.Group
		}
		fmt.Fprintf(&out, "%s/%s created (dry run)\n", name, o.GetName())
	}
	return out.Bytes(), nil
}

// objectList is a List of the objects, in an order in which they can be created.
func objectList(objects *submitter.Objects) ([]byte, error) {
	items := tree.NewArray()
	for _, o := range objects.All() {
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
