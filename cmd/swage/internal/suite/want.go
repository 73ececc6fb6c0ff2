package suite

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"swage.dev/swage/cmd/swage/internal/manifest"
	"swage.dev/swage/cmd/swage/internal/offline"
	"swage.dev/swage/cmd/swage/internal/printer"
	"swage.dev/swage/podtemplate"
	"swage.dev/swage/podtemplate/tree"
)

// members are those of a document of want.yaml, in their order.
var members = []string{"name", "verdict", "reason", "templates", "warnings", "pod"}

const separator = "---\n"

// document is what became of one pod. The annotation swage.dev/shaped is not in
// it: its digests differ after each edit of a template, whatever that does.
func document(o *offline.Outcome) *tree.Node {
	doc := tree.NewObject()
	doc.Set("name", tree.NewString(o.Pod.String()))
	doc.Set("verdict", tree.NewString(string(o.Result.Verdict)))
	if o.Result.Reason != "" {
		doc.Set("reason", tree.NewString(o.Result.Reason))
	}
	var names []string
	for _, ref := range o.Result.Templates {
		names = append(names, ref.String())
	}
	setTexts(doc, "templates", names)
	setTexts(doc, "warnings", o.Result.Warnings)
	if text := o.JSON(); text != nil {
		pod, err := tree.Parse(text)
		if err != nil {
			panic(err) // the engine wrote it
		}
		withoutTrace(pod)
		doc.Set("pod", pod)
	}
	return doc
}

func setTexts(doc *tree.Node, name string, texts []string) {
	if len(texts) == 0 {
		return
	}
	list := tree.NewArray()
	for _, text := range texts {
		list.Append(tree.NewString(text))
	}
	doc.Set(name, list)
}

func withoutTrace(pod *tree.Node) {
	annotations := pod.At("metadata", "annotations")
	if trace := annotations.Get(podtemplate.ShapedAnnotation); trace != nil {
		trace.Remove()
		if annotations.Len() == 0 {
			annotations.Remove()
		}
	}
}

func write(out *bytes.Buffer, doc *tree.Node) {
	for _, name := range members {
		value := doc.Get(name)
		if value == nil {
			continue
		}
		one := tree.NewObject()
		one.Set(name, value.Clone())
		out.Write(printer.YAML(one))
	}
}

// canonical is a want.yaml as it would be written, so that only what it says is compared.
func canonical(file string, text []byte) ([]byte, error) {
	documents, err := manifest.Parse(file, text)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	for i := range documents {
		doc, err := tree.Parse(documents[i].JSON)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", documents[i].Where(), err)
		}
		for _, kid := range doc.Kids() {
			if !slices.Contains(members, kid.Name()) {
				return nil, fmt.Errorf("%s: unknown field %q: for each pod there is a document with %s", documents[i].Where(), kid.Name(), strings.Join(members, ", "))
			}
		}
		if i > 0 {
			out.WriteString(separator)
		}
		write(&out, doc)
	}
	return out.Bytes(), nil
}
