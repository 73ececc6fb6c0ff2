package tree

import (
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Text returns the string that n holds, and "" when n is nil or no string.
func (n *Node) Text() string {
	if !n.Is(String) {
		return ""
	}
	return unquote(n.text)
}

// Raw returns the JSON text of a scalar as it was read, "" for objects, lists and nil.
func (n *Node) Raw() string {
	if n == nil || n.kind == Object || n.kind == Array {
		return ""
	}
	return n.text
}

// Bool returns whether n is the literal true.
func (n *Node) Bool() bool { return n.Is(True) }

// Int returns the integer that n holds; ok is false for anything else.
func (n *Node) Int() (value int64, ok bool) {
	if !n.Is(Number) {
		return 0, false
	}
	value, err := strconv.ParseInt(n.text, 10, 64)
	return value, err == nil
}

// Empty tells whether n says nothing: nil, null, {} or [].
func (n *Node) Empty() bool {
	if n == nil || n.kind == Null {
		return true
	}
	return (n.kind == Object || n.kind == Array) && n.Len() == 0
}

// unquote decodes a JSON string literal that Parse has already validated.
func unquote(literal string) string {
	inner := literal[1 : len(literal)-1]
	if strings.IndexByte(inner, '\\') < 0 {
		return inner
	}
	text, _ := jsontext.AppendUnquote(nil, literal) // cannot fail: validated when read
	return string(text)
}

func quote(text string) string {
	literal, _ := jsontext.AppendQuote(nil, text) // invalid UTF-8 becomes U+FFFD, as encoding/json does
	return string(literal)
}

// AppendQuoted appends text as a JSON string to dst.
func AppendQuoted(dst []byte, text string) []byte {
	dst, _ = jsontext.AppendQuote(dst, text) // invalid UTF-8 becomes U+FFFD
	return dst
}
