package events

import "strings"

// CamelCase writes a verdict, or another word of a closed list, as Kubernetes
// writes reasons: denied-missing-driver is DeniedMissingDriver.
func CamelCase(words string) string {
	var camel strings.Builder
	for word := range strings.SplitSeq(words, "-") {
		camel.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return camel.String()
}
