package podtemplate

import (
	"fmt"
	"strings"

	"swage.dev/swage/podtemplate/tree"
)

// placeholders is the set of placeholders that an entry uses.
type placeholders uint8

// The placeholders, as Spark writes them in its own configuration. literalBraces stands for {{{{, a literal {{.
const (
	appID placeholders = 1 << iota
	appName
	executorID
	namespaceName
	roleName
	literalBraces
)

// placeholderNames are the placeholders that stand for something, with the label that is their source, if one is.
var placeholderNames = [...]struct {
	name  string
	bit   placeholders
	label string
}{
	{"APP_ID", appID, AppIDLabel},
	{"APP_NAME", appName, AppNameLabel},
	{"EXECUTOR_ID", executorID, ExecutorIDLabel},
	{name: "NAMESPACE", bit: namespaceName},
	{name: "ROLE", bit: roleName},
}

const openBraces, closeBraces = "{{", "}}"

// scanBraces walks over text once, calling plain for text and name for what
// stands in braces; replaced text is never scanned again, so that a label's
// value cannot become a placeholder. It returns an error for an open {{.
func scanBraces(text string, plain func(string), name func(string) error) error {
	for {
		before, rest, found := strings.Cut(text, openBraces)
		if plain(before); !found {
			return nil
		}
		if after, literal := strings.CutPrefix(rest, openBraces); literal {
			if err := name(openBraces); err != nil {
				return err
			}
			text = after
			continue
		}
		inside, after, closed := strings.Cut(rest, closeBraces)
		if !closed {
			return fmt.Errorf("%q has no closing %q: write {{{{ for a literal {{", openBraces, closeBraces)
		}
		if err := name(inside); err != nil {
			return err
		}
		text = after
	}
}

// usedIn returns the placeholders of one string.
func usedIn(text string) (uses placeholders, err error) {
	err = scanBraces(text, func(string) {}, func(name string) error {
		if name == openBraces {
			uses |= literalBraces
			return nil
		}
		for _, known := range placeholderNames {
			if known.name == name {
				uses |= known.bit
				return nil
			}
		}
		return fmt.Errorf("unknown placeholder%s: known are APP_ID, APP_NAME, EXECUTOR_ID, NAMESPACE and ROLE; write {{{{ for a literal {{", quotable(name))
	})
	return uses, err
}

// quotable returns a name for a message if it can only be one: what stands in
// braces may as well be a part of a secret, and values are never repeated.
func quotable(name string) string {
	const most = 32 // longer than any placeholder that somebody may misspell
	if strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_ ") != "" || len(name) > most {
		return ""
	}
	return " {{" + name + "}}"
}

// findPlaceholders reports unknown placeholders, placeholders in map keys, and
// EXECUTOR_ID where a driver could read it.
func (c *compiler) findPlaceholders(n *tree.Node, executorsOnly bool) placeholders {
	var uses placeholders
	if n.Is(tree.String) {
		uses = c.placeholdersIn(n, n.Text())
		if uses&executorID != 0 && !executorsOnly {
			c.report(n, Error, "{{EXECUTOR_ID}} is for %s only: a driver has none", executorEntry)
		}
	}
	for _, kid := range n.Kids() {
		if strings.Contains(kid.Name(), openBraces) {
			c.report(kid, Error, "placeholders are not replaced in keys")
		}
		uses |= c.findPlaceholders(kid, executorsOnly)
	}
	return uses
}

func (c *compiler) placeholdersIn(n *tree.Node, text string) placeholders {
	uses, err := usedIn(text)
	if err != nil {
		c.report(n, Error, "%s", err)
	}
	return uses
}

// missing returns the name of a placeholder that is used but has no value, "" if there is none.
func (v values) missing(uses placeholders) string {
	for _, placeholder := range placeholderNames {
		if placeholder.bit&uses&^v.known != 0 {
			return placeholder.name
		}
	}
	return ""
}

// fill returns text with its placeholders replaced.
func (v values) fill(text string) string {
	if !strings.Contains(text, openBraces) {
		return text
	}
	var filled strings.Builder
	write := func(plain string) { filled.WriteString(plain) }
	_ = scanBraces(text, write, func(name string) error { // valid: checked at load
		if name == openBraces {
			write(openBraces)
		}
		for i, known := range placeholderNames {
			if known.name == name {
				write(v.texts[i])
			}
		}
		return nil
	})
	return filled.String()
}

// fillTree replaces the placeholders in all strings of n, in place.
func (v values) fillTree(n *tree.Node) {
	for _, kid := range n.Kids() {
		if kid.Is(tree.String) && strings.Contains(kid.Text(), openBraces) {
			kid.Replace(tree.NewString(v.fill(kid.Text())))
			continue
		}
		v.fillTree(kid)
	}
}
