package sparkconf

import (
	"regexp"
	"slices"
	"strings"
)

// reference is ${spark.key} or ${env:NAME} in a value.
var reference = regexp.MustCompile(`\$\{(?:(\w+?):)?(\S+?)\}`)

// SetEnv says where ${env:NAME} is looked up. Default: no variable is set.
func (c *Conf) SetEnv(env func(name string) (value string, set bool)) { c.env = env }

// resolve replaces references in a value. One to nothing, and one that leads
// back to itself, stay as they are.
func (c *Conf) resolve(value string, within ...string) string {
	if !strings.Contains(value, "${") {
		return value
	}
	return reference.ReplaceAllStringFunc(value, func(text string) string {
		if slices.Contains(within, text) {
			return text
		}
		match := reference.FindStringSubmatch(text)
		found, known := c.referred(match[1], match[2])
		if !known {
			return text
		}
		return c.resolve(found, append(slices.Clone(within), text)...)
	})
}

func (c *Conf) referred(kind, name string) (string, bool) {
	switch {
	case kind == "" && strings.HasPrefix(name, "spark."):
		value, found := c.values[name]
		return value, found
	case kind == "env" && c.env != nil:
		return c.env(name)
	}
	return "", false
}
