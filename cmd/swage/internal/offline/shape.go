package offline

import (
	"cmp"

	"swage.dev/swage/podtemplate"
)

// Outcome is what became of one pod.
type Outcome struct {
	Pod    *Pod
	Driver *Pod // of an executor, nil if it is not among the inputs
	Result podtemplate.Result

	// Candidates are the templates that there are for the pod, selected or not.
	Candidates []podtemplate.Candidate

	templates *Templates
}

// Shape shapes all pods. A role other than "" is taken for the role of every pod.
func Shape(pods *Pods, templates *Templates, role podtemplate.Role) []Outcome {
	shaper := templates.shaper()
	outcomes := make([]Outcome, 0, len(pods.All))
	for _, pod := range pods.All {
		outcomes = append(outcomes, shape(shaper, pod, pods, templates, podtemplate.Route{Role: role}))
	}
	return outcomes
}

// ShapeOne shapes one of the pods, and tells of each template whether it reaches
// the pod. The route is that of the webhook that the pod would go to.
func ShapeOne(pod *Pod, pods *Pods, templates *Templates, route podtemplate.Route) Outcome {
	o := shape(templates.shaper(), pod, pods, templates, route)
	o.Candidates = templates.shaper().Candidates(o.request(route))
	return o
}

func (t *Templates) shaper() *podtemplate.Shaper {
	return podtemplate.NewShaper(podtemplate.Options{SystemNamespace: t.system, ShapeSystemNamespace: t.system == ""})
}

func shape(shaper *podtemplate.Shaper, pod *Pod, pods *Pods, templates *Templates, route podtemplate.Route) Outcome {
	o := Outcome{Pod: pod, templates: templates}
	if cmp.Or(route.Role, pod.Role()) == podtemplate.Executor {
		o.Driver = pods.driverOf(pod)
	}
	o.Result = shaper.Shape(o.request(route))
	return o
}

func (o *Outcome) request(route podtemplate.Route) podtemplate.Request {
	return podtemplate.Request{
		Pod:             o.Pod.Pod,
		Namespace:       o.Pod.Namespace,
		NamespaceLabels: o.templates.NamespaceLabels(o.Pod.Namespace),
		Role:            route.Role,
		SparkContainer:  route.SparkContainer,
		Driver:          o.Driver.info(),
		Templates:       o.templates.Library(o.Pod.Namespace),
		SystemTemplates: o.templates.System(),
	}
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
