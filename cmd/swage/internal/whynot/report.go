package whynot

import "swage.dev/swage/podtemplate"

// Status is what a pod met at one link.
type Status string

// The statuses of links.
const (
	Passed  Status = "passed"
	Stopped Status = "stopped"
	// Unknown is a link of which nobody can tell with what was read.
	Unknown Status = "unknown"
	// NotReached is a link that means nothing for this pod.
	NotReached Status = "not-reached"
)

// Outcome is what became of a pod or, of one that is not created yet, would become.
type Outcome string

// The outcomes.
const (
	Shaped       Outcome = "shaped"
	PartlyShaped Outcome = "partly-shaped"
	NotShaped    Outcome = "not-shaped"
	Denied       Outcome = "denied"
	// Undecided is that of a pod whose templates could not be read.
	Undecided Outcome = "unknown"
)

// The links, in the order in which a pod meets them.
const (
	Registration      = "registration"
	Age               = "age"
	ObjectSelector    = "objectSelector"
	NamespaceSelector = "namespaceSelector"
	MatchConditions   = "matchConditions"
	Answer            = "answer"
	OptOut            = "opt-out"
	Templates         = "templates"
	Fields            = "fields"
)

// Link is one link of the chain. The order of its members is promised.
type Link struct {
	Name     string `json:"name"`
	Status   Status `json:"status"`
	Evidence string `json:"evidence"`
	// Details are more lines of evidence.
	Details []string `json:"details,omitempty"`
}

// Report is the walk of one pod.
type Report struct {
	// Pod is namespace/name.
	Pod     string  `json:"pod"`
	Outcome Outcome `json:"outcome"`
	// StoppedAt is the first link that stopped it.
	StoppedAt string `json:"stoppedAt,omitempty"`
	// Advice says what to do about that.
	Advice    string     `json:"advice,omitempty"`
	Links     []Link     `json:"links"`
	Templates []Template `json:"templates,omitempty"`
}

// Template is one template of the pod's namespace or of the system namespace.
type Template struct {
	Template string `json:"template"`
	Mode     string `json:"mode"`
	State    string `json:"state"`
	Digest   string `json:"digest,omitempty"`
	Selected bool   `json:"selected"`
	Why      string `json:"why,omitempty"`
}

func templatesOf(candidates []podtemplate.Candidate) []Template {
	var all []Template
	for _, c := range candidates {
		all = append(all, Template{c.Ref.String(), string(c.Ref.Mode), string(c.State), c.Ref.Digest, c.Selected, c.Why})
	}
	return all
}

// advice is what to do about a stop at a link.
func advice(link string) string {
	switch link {
	case Registration:
		return "install Swage, or helm upgrade with the same values where the registration was deleted"
	case Age:
		return "create the pod again: nothing that exists is ever shaped"
	case ObjectSelector:
		return "submit by a client that sets Spark's labels, or have its pods recognised by other labels (recognisers, a value of the chart)"
	case NamespaceSelector:
		return "submit into another namespace, or change the labels of this one or the chart's namespaceSelector"
	case MatchConditions:
		return "a condition of the registration leaves the pod out on purpose"
	case Answer:
		return "see whether the server's replicas are ready and what they log; with failurePolicy Fail (a value of the chart) no Spark pod starts unshaped"
	case OptOut:
		return "take the annotation " + podtemplate.ShapeAnnotation + " away; what must hold whatever a pod says is a template of mode enforced"
	case Templates:
		return "compare what the templates below want with what there is; pods are shaped when they are created, by the templates of that moment"
	case Fields:
		return "a template wins over the pod with " + podtemplate.OnConflictAnnotation + ": replace, or by the mode enforced"
	}
	return ""
}
