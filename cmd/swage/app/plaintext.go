package app

import (
	"bytes"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// plainText passes on what people read, without what a terminal would obey: the texts of manifests, of settings and of
// the API server are in messages, and whoever wrote them is not always who reads them.
type plainText struct{ out io.Writer }

func (p plainText) Write(text []byte) (int, error) {
	if _, err := p.out.Write(bytes.Map(readable, text)); err != nil {
		return 0, err
	}
	return len(text), nil
}

// plain is a text as plainText passes it on.
func plain(text string) string { return strings.Map(readable, text) }

// readable keeps the ends of lines and tabs, and shows that something else was there. Among what unicode calls control
// characters are those of 8 bits, of which some terminals obey 0x9b as they do ESC [.
func readable(r rune) rune {
	if unicode.IsControl(r) && r != '\n' && r != '\t' {
		return utf8.RuneError
	}
	return r
}
