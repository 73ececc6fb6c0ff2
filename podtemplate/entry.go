package podtemplate

import (
	"fmt"
	"strconv"
	"strings"

	"sigs.k8s.io/yaml"

	"swage.dev/swage/podtemplate/schema"
	"swage.dev/swage/podtemplate/tree"
)

// entry is one key of a template, read and compiled.
type entry struct {
	source *source
	// root is the JSON of the PodTemplateSpec; its parts are compiled again when placeholders are filled in.
	root  *tree.Node
	parts *part
	// uses are the placeholders that the entry's strings contain.
	uses placeholders
}

// readEntry reads one key's text, strictly. It returns all problems it finds.
func readEntry(from *source, text []byte) (*entry, []Problem) {
	positions, broken := readPositions(text)
	if len(broken) > 0 {
		return nil, yamlProblems(from, broken)
	}
	root, err := readYAML(text)
	if err != nil {
		return nil, yamlProblems(from, []yamlProblem{{message: err.Error()}})
	}
	e := &entry{source: from, root: tree.NewObject()}
	c := &compiler{from: from}
	if root != nil {
		e.root = c.podTemplate(root)
	}
	resolveAlias(e.root.Get("spec"))
	e.uses = c.findPlaceholders(e.root, from.file == executorEntry || from.file == "")
	e.parts = c.compile(e.root)
	if len(e.parts.kids) == 0 && len(c.problems) == 0 {
		c.report(e.root, Warning, "the entry says nothing")
	}
	return e, c.located(positions)
}

// resolveAlias reads serviceAccount as serviceAccountName, as the API server
// does: copies of live pods have both. If the two differ the template does not load.
func resolveAlias(spec *tree.Node) {
	alias, name := spec.Get("serviceAccount"), spec.Get("serviceAccountName")
	switch {
	case alias == nil || name != nil && !tree.Equal(alias, name):
		return
	case name == nil:
		spec.Set("serviceAccountName", alias.Clone())
	}
	alias.Remove()
}

// readYAML reads values as kubectl reads them; nil for an empty text.
func readYAML(text []byte) (*tree.Node, error) {
	json, err := yaml.YAMLToJSONStrict(text)
	if err != nil {
		return nil, fmt.Errorf("not valid YAML: %w", err)
	}
	root, err := tree.Parse(json)
	if err != nil {
		return nil, fmt.Errorf("no pod template: %w", err)
	}
	if root.Is(tree.Null) {
		return nil, nil
	}
	return root, nil
}

// podTemplate checks the types and takes away what a Pod has and a PodTemplateSpec has not.
func (c *compiler) podTemplate(root *tree.Node) *tree.Node {
	if !root.Is(tree.Object) {
		c.report(root, Error, "expected a Pod or a PodTemplateSpec")
		return tree.NewObject()
	}
	if kind := root.Get("kind"); kind != nil && kind.Text() != "Pod" && kind.Text() != "PodTemplateSpec" {
		c.report(kind, Error, "found %q, expected a Pod or a PodTemplateSpec", kind.Text())
	}
	if version := root.Get("apiVersion"); version != nil && version.Text() != "v1" {
		c.report(version, Error, "found %q, expected v1", version.Text())
	}
	body := tree.NewObject()
	for _, member := range root.Kids() {
		switch member.Name() {
		case "kind", "apiVersion", "status":
		default:
			body.Set(member.Name(), member.Clone())
		}
	}
	valid := true
	schema.PodTemplate().Check(body, func(at *tree.Node, message string) {
		valid = false
		c.report(at, Error, "%s", message)
	})
	if !valid {
		return tree.NewObject()
	}
	return body
}

func (c *compiler) located(positions *yamlNode) []Problem {
	problems := make([]Problem, len(c.problems))
	for i, p := range c.problems {
		pointer := p.at.Pointer()
		problems[i] = c.from.problem(lineOf(positions, pointer), fieldPath(pointer), p.severity, p.message)
	}
	return problems
}

func yamlProblems(from *source, broken []yamlProblem) []Problem {
	problems := make([]Problem, len(broken))
	for i, p := range broken {
		problems[i] = from.problem(p.line, "", Error, p.message)
		problems[i].Earlier = p.earlier
	}
	return problems
}

func (s *source) problem(line int, path string, severity Severity, message string) Problem {
	return Problem{Template: s.template.String(), Key: s.file, Line: line, Path: path, Message: message, Severity: severity}
}

// fieldPath writes a JSON Pointer as people write fields: spec.containers[0].image.
func fieldPath(pointer string) string {
	var path strings.Builder
	for token := range tree.Tokens(pointer) {
		_, err := strconv.Atoi(token)
		switch plain := err != nil && !strings.ContainsAny(token, "./"); {
		case plain && path.Len() > 0:
			path.WriteString("." + token)
		case plain:
			path.WriteString(token)
		default:
			path.WriteString("[" + token + "]")
		}
	}
	return path.String()
}
