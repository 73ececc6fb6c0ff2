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
// An open quote ends with the text.
func splitOptions(text string) []string {
	s := splitter{}
	for _, r := range text {
		s.take(r)
	}
	s.end()
	return s.words
}

type splitter struct {
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
	case r == '\\' && s.quote != '\'':
		s.escaped, s.inWord = true, true
	case s.quote != 0:
		s.quoted(r)
	case r == '"' || r == '\'':
		s.quote, s.inWord = r, true
	case unicode.IsSpace(r):
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
