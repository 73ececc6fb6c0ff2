package podtemplate

import (
	"strconv"

	"k8s.io/apimachinery/pkg/util/validation"
)

// shownName is the most of what is no name that a message quotes.
const shownName = 63

// asText makes a label's value fit for a message: that of a pod that no API server
// has seen may hold anything.
func asText(value string) string {
	if len(validation.IsValidLabelValue(value)) == 0 {
		return value
	}
	return asName(value)
}

// asName makes what a pod asks for fit for a message. What is no ConfigMap's
// name may hold anything: lines of its own, or codes that steer a terminal.
func asName(asked string) string {
	if len(validation.IsDNS1123Subdomain(asked)) == 0 {
		return asked
	}
	if len(asked) > shownName {
		asked = asked[:shownName] + "..."
	}
	return strconv.QuoteToASCII(asked)
}
