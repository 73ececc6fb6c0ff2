// Package sparkconf is Spark's configuration: a map of strings, read by the
// types that Spark gives to its settings.
package sparkconf

import (
	"iter"
	"maps"
	"slices"
	"strings"
)

// Conf is one application's settings. The zero value is not usable; see New.
type Conf struct {
	values map[string]string
	env    func(name string) (string, bool)
}

// New is a Conf with a copy of values.
func New(values map[string]string) *Conf {
	c := &Conf{values: maps.Clone(values)}
	if c.values == nil {
		c.values = map[string]string{}
	}
	return c
}

// Clone is a Conf that changes independently.
func (c *Conf) Clone() *Conf {
	clone := New(c.values)
	clone.env = c.env
	return clone
}

// Set sets a value.
func (c *Conf) Set(key, value string) { c.values[key] = value }

// SetMissing sets a value that is not set.
func (c *Conf) SetMissing(key, value string) {
	if _, found := c.values[key]; !found {
		c.values[key] = value
	}
}

// Remove unsets a value.
func (c *Conf) Remove(key string) { delete(c.values, key) }

// Has tells whether key is set, be it to nothing.
func (c *Conf) Has(key string) bool {
	_, found := c.values[key]
	return found
}

// Lookup returns a value, its references resolved, and whether it is set.
func (c *Conf) Lookup(key string) (string, bool) {
	value, found := c.values[key]
	return c.resolve(value), found
}

// Get returns the first of the keys that is set, or "". References are resolved.
func (c *Conf) Get(keys ...string) string {
	for _, key := range keys {
		if value, found := c.Lookup(key); found {
			return value
		}
	}
	return ""
}

// Raw is a value as it was set, or "".
func (c *Conf) Raw(key string) string { return c.values[key] }

// All is a copy of all settings.
func (c *Conf) All() map[string]string { return maps.Clone(c.values) }

// Sorted yields all settings by key.
func (c *Conf) Sorted() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for _, key := range slices.Sorted(maps.Keys(c.values)) {
			if !yield(key, c.values[key]) {
				return
			}
		}
	}
}

// Prefixed is the settings whose keys begin with prefix, which is cut off. Their
// values are as they were set: Spark resolves no references there.
func (c *Conf) Prefixed(prefix string) map[string]string {
	found := map[string]string{}
	for key, value := range c.values {
		if name, ok := strings.CutPrefix(key, prefix); ok {
			found[name] = value
		}
	}
	return found
}

// List is the elements of a comma-separated value: trimmed, empty ones left out.
func (c *Conf) List(key string) []string { return SplitList(c.Get(key)) }

// SplitList is the elements of a comma-separated text: trimmed, empty ones left out.
func SplitList(text string) []string {
	var list []string
	for element := range strings.SplitSeq(text, ",") {
		if element = strings.TrimSpace(element); element != "" {
			list = append(list, element)
		}
	}
	return list
}
