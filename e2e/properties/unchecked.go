package properties

import "strings"

// Unchecked is one rule across fields that the API server has and podtemplate
// does not check: a pod that was fine alone may be refused once it is shaped.
type Unchecked struct {
	// Message is a part of what the server says.
	Message string
	// Reason is why it is not checked.
	Reason string
}

// UncheckedRules are all of them. A refusal that is not here is a bug.
var UncheckedRules = []Unchecked{
	{"of PreemptionPolicy", "the policy has to be that of the priority class, and only the server knows the classes"},
}

// Known returns the rule that a refusal comes from; nil when it is in no list.
func Known(refusal string) *Unchecked {
	for i := range UncheckedRules {
		if strings.Contains(refusal, UncheckedRules[i].Message) {
			return &UncheckedRules[i]
		}
	}
	return nil
}
