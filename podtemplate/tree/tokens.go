package tree

import (
	"iter"
	"strings"
)

var pointerUnescapes = strings.NewReplacer("~1", "/", "~0", "~")

// Tokens returns the reference tokens of a JSON Pointer, unescaped; none for the root.
func Tokens(pointer string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for pointer != "" {
			token, rest, more := strings.Cut(pointer[1:], "/")
			if !yield(pointerUnescapes.Replace(token)) {
				return
			}
			if pointer = ""; more {
				pointer = "/" + rest
			}
		}
	}
}
