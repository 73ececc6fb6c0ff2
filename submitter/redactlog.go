package submitter

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// Redactor takes secrets out of lines that were written by programs.
type Redactor struct {
	keys   *regexp.Regexp
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

// NewRedactor is one that knows an application's settings, nil where they are not known.
func NewRedactor(settings map[string]string) *Redactor {
	r := &Redactor{keys: secretKeys}
	if own, err := regexp.Compile(settings[keyRedaction]); err == nil && settings[keyRedaction] != "" {
		r.keys = own
	}
	for key, value := range settings {
		if len(value) >= leastSecret && r.keys.MatchString(key) && !namesOnly.MatchString(key) {
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
		text = strings.ReplaceAll(text, value, redactedValue)
	}
	text = bearer.ReplaceAllString(text, "$1 "+redactedValue)
	text = userURL.ReplaceAllString(text, "$1:"+redactedValue+"@")
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
		if r.keys.MatchString(key) && !className.MatchString(key) {
			out.WriteString(text[:at[6]] + redactedValue)
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
