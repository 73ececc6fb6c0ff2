package submitter

import (
	"strings"
	"unicode"
)

// systemProperties are the -Dspark.* among the words of SPARK_SUBMIT_OPTS. The
// words are split as Spark's launcher splits them.
func systemProperties(opts string) map[string]string {
	found := map[string]string{}
	for _, word := range splitOptions(opts) {
		if name, ok := strings.CutPrefix(word, "-D"); ok && strings.HasPrefix(name, "spark.") {
			key, value, _ := strings.Cut(name, "=")
			found[key] = value
		}
	}
	return found
}

// splitOptions splits at blanks, quotes and backslashes as a simple shell does.
func splitOptions(text string) []string {
	return split(text, &splitter{escapes: func(quote rune) bool { return quote != '\'' }, space: unicode.IsSpace})
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
