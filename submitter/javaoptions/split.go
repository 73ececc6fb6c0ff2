// Package javaoptions reads options of JVMs out of a text, as Spark does: its
// launcher and its executors split it by different rules.
package javaoptions

import (
	"strings"
	"unicode"
)

// SystemProperties are the -Dspark.* among the words of SPARK_SUBMIT_OPTS. The
// words are split as Spark's launcher splits them.
func SystemProperties(opts string) map[string]string {
	found := map[string]string{}
	for _, word := range splitLaunch(opts) {
		if name, ok := strings.CutPrefix(word, "-D"); ok && strings.HasPrefix(name, "spark.") {
			key, value, _ := strings.Cut(name, "=")
			found[key] = value
		}
	}
	return found
}

// splitLaunch splits at blanks, quotes and backslashes as a simple shell does.
func splitLaunch(text string) []string {
	return split(text, &splitter{escapes: func(quote rune) bool { return quote != '\'' }, space: unicode.IsSpace})
}

// Split splits as Spark splits the options of executors
// (Utils.splitCommandString): unlike in its launcher, a backslash means
// something between double quotes only.
func Split(text string) []string {
	return split(text, &splitter{
		escapes: func(quote rune) bool { return quote == '"' },
		space:   func(r rune) bool { return strings.ContainsRune(" \t\r\n", r) },
	})
}

// split splits with a fresh splitter. An open quote ends with the text.
func split(text string, s *splitter) []string {
	for _, r := range text {
		s.take(r)
	}
	s.end()
	return s.words
}

type splitter struct {
	escapes func(quote rune) bool // whether a backslash escapes within that quote, 0 being none
	space   func(r rune) bool

	words   []string
	word    strings.Builder
	inWord  bool
	escaped bool
	quote   rune
}

func (s *splitter) take(r rune) {
	switch {
	case s.escaped:
		s.escaped = false
		s.word.WriteRune(r)
	case r == '\\' && s.escapes(s.quote):
		s.escaped, s.inWord = true, true
	case s.quote != 0:
		s.quoted(r)
	case r == '"' || r == '\'':
		s.quote, s.inWord = r, true
	case s.space(r):
		s.end()
	default:
		s.word.WriteRune(r)
		s.inWord = true
	}
}

func (s *splitter) quoted(r rune) {
	if r == s.quote {
		s.quote = 0
		return
	}
	s.word.WriteRune(r)
}

func (s *splitter) end() {
	if s.inWord {
		s.words = append(s.words, s.word.String())
	}
	s.word.Reset()
	s.inWord = false
}
