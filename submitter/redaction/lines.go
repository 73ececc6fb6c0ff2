package redaction

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// Redactor takes secrets out of lines that were written by programs.
type Redactor struct {
	keys   Keys
	values []string // of secret settings that are known, longest first
}

var (
	// keyAndValue is how programs write settings: a=b, a: b, "a": "b", a -> b.
	keyAndValue = regexp.MustCompile(`([\w.\-]+)(["']?\s*(?:=>|->|=|:)\s*)("[^"]*"?|'[^']*'?|\S.*)`)
	// credentials need no key: those of a header, and of a URL.
	bearer  = regexp.MustCompile(`(?i)\b(bearer|basic|negotiate)\s+[\w.~+/=\-]{6,}`)
	userURL = regexp.MustCompile(`(://[^/\s:@]*):[^/\s@]+@`)
	// className is no key: com.example.TokenException: message.
	className = regexp.MustCompile(`(Exception|Error)$`)
)

// leastSecret is how long a value must be to be looked for anywhere: "1" is in every log.
const leastSecret = 4

// New is one that knows an application's settings, nil where they are not known.
func New(settings map[string]string) *Redactor {
	keys, _ := KeysBy(settings[Setting]) // Spark's default, where that is no pattern
	r := &Redactor{keys: keys}
	for key, value := range settings {
		if len(value) >= leastSecret && keys.Has(key) {
			r.values = append(r.values, value)
		}
	}
	slices.SortFunc(r.values, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	return r
}

// Line is a line without the values of secrets: of those that are known, of what has a secret's key by Spark's own idea,
// up to the line's end where no quotes end it, and of what authenticates whoever knows it.
func (r *Redactor) Line(text string) string {
	for _, value := range r.values {
		text = strings.ReplaceAll(text, value, Value)
	}
	text = bearer.ReplaceAllString(text, "$1 "+Value)
	text = userURL.ReplaceAllString(text, "$1:"+Value+"@")
	return r.keyed(text)
}

func (r *Redactor) keyed(text string) string {
	var out strings.Builder
	for {
		at := keyAndValue.FindStringSubmatchIndex(text)
		if at == nil {
			return out.String() + text
		}
		key := text[at[2]:at[3]]
		if r.keys.pattern.MatchString(key) && !className.MatchString(key) {
			out.WriteString(text[:at[6]] + Value)
			text = text[at[7]:]
			continue
		}
		out.WriteString(text[:at[6]]) // the value may hold another key
		text = text[at[6]:]
	}
}

// Lines are several lines, each as by Line.
func (r *Redactor) Lines(all []string) []string {
	var clean []string
	for _, line := range all {
		clean = append(clean, r.Line(line))
	}
	return clean
}
