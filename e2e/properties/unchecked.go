package properties

import "strings"

// Unchecked is one rule across fields that the API server has and podtemplate
// does not check: a pod that was fine alone may be refused once it is shaped.
type Unchecked struct {
	// Message is a part of what the server says.
	Message string
	// LimitRange says that it happens only in a namespace that has a LimitRange.
	LimitRange bool
	// Reason is why it is not checked.
	Reason string
}

// UncheckedRules are all of them. A refusal that is not here is a bug.
var UncheckedRules = []Unchecked{
	{"of PreemptionPolicy", false, "the policy has to be that of the priority class, and only the server knows the classes"},
	{"must be greater than or equal to aggregate container requests", true, "a LimitRange fills in requests of containers that templates bring, after us"},
	{"must be less than or equal to pod limits", true, "a LimitRange fills in limits of containers that templates bring, after us"},
	{"must be less than or equal to", true, "a LimitRange fills in the request or the limit that a template does not state, after us"},
}

// Known returns the rule that a refusal comes from; nil when it is in no list.
// limited tells whether the namespace has a LimitRange.
func Known(refusal string, limited bool) *Unchecked {
	for i := range UncheckedRules {
		if rule := &UncheckedRules[i]; strings.Contains(refusal, rule.Message) && (limited || !rule.LimitRange) {
			return rule
		}
	}
	return nil
}
