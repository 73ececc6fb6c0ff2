package offline

import (
	"swage.dev/swage/podtemplate"
)

// Outcome is what became of one pod.
type Outcome struct {
	Pod    *Pod
	Driver *Pod // of an executor, nil if it is not among the inputs
	Result podtemplate.Result

	templates *Templates
}

// Shape shapes all pods. A role other than "" is taken for the role of every pod.
func Shape(pods *Pods, templates *Templates, role podtemplate.Role) []Outcome {
	shaper := podtemplate.NewShaper(podtemplate.Options{SystemNamespace: templates.system})
	outcomes := make([]Outcome, 0, len(pods.All))
	for _, pod := range pods.All {
		o := Outcome{Pod: pod, templates: templates}
		if role == podtemplate.Executor || role == "" && pod.Role() == podtemplate.Executor {
			o.Driver = pods.driverOf(pod)
		}
		o.Result = shaper.Shape(podtemplate.Request{
			Pod:             pod.Pod,
			Namespace:       pod.Namespace,
			NamespaceLabels: templates.NamespaceLabels(pod.Namespace),
			Role:            role,
			Driver:          o.Driver.info(),
			Templates:       templates.Library(pod.Namespace),
			SystemTemplates: templates.System(),
		})
		outcomes = append(outcomes, o)
	}
	return outcomes
}

// JSON is the pod as it would be admitted; nil when it would be denied.
func (o *Outcome) JSON() []byte {
	switch {
	case !o.Result.Verdict.Allowed():
		return nil
	case o.Result.Patch() == nil:
		return o.Pod.JSON()
	default:
		return o.Result.Pod()
	}
}
