package podtemplate

import (
	"fmt"
	"strings"

	"swage.dev/swage/podtemplate/schema"
	"swage.dev/swage/podtemplate/tree"
)

// compiler turns the JSON of one entry into parts, and says what is wrong with it.
type compiler struct {
	from     *source
	problems []located
}

// located is a problem at a node; its line is looked up only when somebody wants to read it.
type located struct {
	at       *tree.Node
	severity Severity
	message  string
}

func (c *compiler) report(at *tree.Node, severity Severity, format string, args ...any) {
	c.problems = append(c.problems, located{at, severity, fmt.Sprintf(format, args...)})
}

// compile returns the root branch for a PodTemplateSpec.
func (c *compiler) compile(root *tree.Node) *part {
	c.oneListEach(root.Get("spec"))
	return &part{kids: c.object(schema.PodTemplate(), root)}
}

// oneListEach: a name belongs to one container, so it cannot stand in both lists; "*" is no name.
func (c *compiler) oneListEach(spec *tree.Node) {
	for _, container := range spec.Get(containers).Elements() {
		for _, other := range spec.Get(inits).Elements() {
			if name := container.Get("name").Text(); name != "" && name != everyAlias && name == other.Get("name").Text() {
				c.report(container, Error, "a container of that name is in initContainers too")
			}
		}
	}
}

// object compiles the members of an object that merges member by member.
func (c *compiler) object(t *schema.Type, n *tree.Node) []*part {
	var parts []*part
	groups := map[string]*part{}
	for _, field := range t.Fields {
		member := n.Get(field.Name)
		if member == nil || field.Rule == nil {
			continue
		}
		switch field.Rule.How {
		case schema.Ignored:
		case schema.Refused:
			c.report(member, Error, "a template cannot set it: %s", field.Rule.Why)
		case schema.Union:
			if p := c.member(groups, field, member); p != nil {
				parts = append(parts, p)
			}
		default:
			if p := c.field(field, member); p != nil {
				parts = append(parts, p)
			}
		}
	}
	return parts
}

// member adds one member to the value that a union group forms; it returns the group's part the first time.
func (c *compiler) member(groups map[string]*part, field *schema.Field, n *tree.Node) *part {
	if n.Is(tree.Null) {
		c.report(n, Warning, "null says nothing")
		return nil
	}
	group := groups[field.Rule.Group]
	if group != nil {
		if field.Owner != "Container" { // restartPolicyRules go with restartPolicy
			c.report(n, Error, "%s and %s exclude each other", group.value.Kids()[0].Name(), field.Name)
		}
		group.value.Set(field.Name, n.Clone())
		return nil
	}
	p := &part{key: field.Rule.Group, name: field.Name, field: field, value: tree.NewObject(), from: c.from}
	p.value.Set(field.Name, n.Clone())
	groups[field.Rule.Group] = p
	return p
}

func (c *compiler) field(field *schema.Field, n *tree.Node) *part {
	if field.Rule.How == schema.Protected {
		c.report(n, Warning, "protected, it will be ignored: %s", field.Rule.Why)
	}
	if n.Empty() {
		c.report(n, Warning, "%s says nothing", n.JSON())
		return nil
	}
	p := &part{key: field.Name, name: field.Name, field: field}
	switch field.Rule.How {
	case schema.Object:
		p.kids = c.object(field.Type, n)
	case schema.ByKey:
		p.kids = c.entries(field, n)
	case schema.Keyed, schema.Items, schema.Set, schema.Sources:
		p.kids = c.elements(field, n)
	default:
		p.value, p.from = n, c.from
		return p
	}
	if len(p.kids) == 0 {
		return nil
	}
	return p
}

func (c *compiler) entries(field *schema.Field, n *tree.Node) []*part {
	parts := make([]*part, 0, n.Len())
	for _, entry := range n.Kids() {
		if entry.Is(tree.Null) {
			c.report(entry, Warning, "null says nothing")
			continue
		}
		if field.Owner == "ObjectMeta" && strings.HasPrefix(entry.Name(), Domain) {
			c.report(entry, Error, "a template cannot write %s* on pods", Domain)
			continue
		}
		parts = append(parts, &part{key: entry.Name(), name: entry.Name(), field: field, element: true, value: entry, from: c.from})
	}
	return parts
}

func (c *compiler) elements(field *schema.Field, n *tree.Node) []*part {
	parts := make([]*part, 0, n.Len())
	seen := make(map[string]*part, n.Len())
	for _, element := range n.Elements() {
		key, missing := elementKey(field, element)
		if missing != "" {
			c.report(element, Error, "%s is required", missing)
			continue
		}
		p := &part{key: key, field: field, element: true}
		if field.Rule.How == schema.Keyed {
			p.kids = c.object(field.Type.Elem, element)
		} else {
			p.value, p.from = element, c.from
		}
		if twin := seen[key]; twin != nil {
			c.twice(field, element, twin, p)
			continue
		}
		if field == portsField() && namesake(n, element) {
			c.report(element, Error, "another port has this name")
		}
		seen[key] = p
		parts = append(parts, p)
	}
	return parts
}

// twice handles a key that one list states more than once: env may repeat a
// name, and the API server lets the last win; every other list is wrong.
func (c *compiler) twice(field *schema.Field, element *tree.Node, first, again *part) {
	switch {
	case field.Rule.How == schema.Set || field.Rule.How == schema.Sources:
	case field.Name == "env":
		c.report(element, Warning, "stated twice in one list: the last one counts")
		first.value = again.value
	default:
		c.report(element, Error, "stated twice in one list")
	}
}
