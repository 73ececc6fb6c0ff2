package doctor_test

import (
	"slices"
	"strings"
	"testing"

	"swage.dev/swage/podtemplate"
)

// setOfValues is an installation with values of the chart. It is as well as
// these values let it be: what doctor says of it but ok stands here, with why.
type setOfValues struct {
	file   string   // of the chart's own tests; "" for none
	values []string // besides, as --set takes them

	class    string
	template podtemplate.Mode // of the one template; "" is default
	// registered says that somebody else registers the webhook, as with createRegistration=false.
	registered bool
	says       map[string]told
}

// told is a state that is not ok, and why these values bring it.
type told struct{ state, why string }

// setsOfValues are those of which doctor sees something else each.
func setsOfValues() []setOfValues {
	return []setOfValues{
		{file: "eks"},
		{file: "class", class: blue},
		{file: "recognisers"},
		{file: "ignore", template: podtemplate.Enforced, says: map[string]told{
			"failure-policy": {"warning", "Ignore lets pods pass that an enforced template is for"},
		}},
		{file: "notebooks", says: map[string]told{"template-checks": {"warning", "checkTemplates is false: whoever may write ConfigMaps shapes pods"}}},
		{values: []string{"replicas=1"}, says: map[string]told{
			"replicas": {"warning", "while it moves nobody shapes pods"}, "spread": {"skipped", "there is nothing to spread"},
		}},
		{file: "injected"},
		{file: "namespaced", registered: true},
		{file: "cert-manager"},
	}
}

func (s *setOfValues) String() string {
	return strings.Join(append(slices.Clone(s.values), s.file, string(s.template)), " ")
}

// Whatever values of the chart somebody takes, doctor does not cry wolf: no check
// fails, and it warns of what the values themselves bring, and of nothing else.
// Each set is a release of its own, of which nothing is left for the next.
func eachSetOfValues(t *testing.T) {
	otherTypes(t)
	here.leave(t)
	sets := setsOfValues()
	for i := range sets {
		t.Run(strings.TrimSpace(sets[i].String()), sets[i].test)
	}
}

func (s *setOfValues) test(t *testing.T) {
	s.install(t)
	settled.Until(t, "what the values bring", func() error {
		results, _ := examined(t, server.Kubeconfig())
		return s.compare(results)
	})
}
