package doctor

import (
	"net/http"
	"strings"

	"swage.dev/swage/cmd/swage/internal/registration"
)

// called is what the API server itself made of a Spark pod.
func called(f *Facts, in *Installation) []finding {
	if in.Answer.Err != nil {
		return unknown(in.Answer.Err)
	}
	a := in.Answer.Value
	events := "kubectl -n " + in.Place.Namespace + " get pods,endpointslices; kubectl -n " + in.Place.Namespace + " logs deployment/" + in.Place.Service
	switch {
	case a.Namespace == "":
		return skip("no namespace is selected")
	case a.Passed:
		return fail(events, "a Spark pod in namespace %s is created without the server: the API server did not call it, or passed the pod because it did not answer", a.Namespace)
	case a.Code == 0:
		return ok("the API server asked the server about a Spark pod in namespace %s (dry run)", a.Namespace)
	case !in.names(f, a.Refusal):
		return one(Unknown, "kubectl auth can-i create pods -n "+a.Namespace, "a Spark pod in namespace %s was refused by somebody else: %s", a.Namespace, a.Refusal)
	case a.Code >= http.StatusInternalServerError:
		return fail(events, "the API server cannot call the server: %s", a.Refusal)
	}
	return ok("the API server asked the server about a Spark pod in namespace %s (dry run), which templates deny: %s", a.Namespace, a.Refusal)
}

// names tells whether a refusal names one of the entries, as API servers do for the webhook that refused, or did not answer.
func (in *Installation) names(f *Facts, refusal string) bool {
	for _, e := range in.shapes(f) {
		if strings.Contains(refusal, `"`+e.Name+`"`) {
			return true
		}
	}
	return false
}

// ProbeNamespace is where to ask the API server about a Spark pod: the wanted
// one, if it is selected, else one with templates, else default, else any; "" for none.
func (in *Installation) ProbeNamespace(f *Facts, wanted string) string {
	with := in.templatesByNamespace(f)
	best, rank := "", 0
	for i := range f.Namespaces.Value {
		ns := &f.Namespaces.Value[i]
		if !in.selectsSpark(f, labelsOf(ns)) || ns.DeletionTimestamp != nil {
			continue
		}
		r := 1
		switch {
		case ns.Name == wanted:
			r = 4
		case with[ns.Name] > 0:
			r = 3
		case ns.Name == "default":
			r = 2
		}
		if r > rank {
			best, rank = ns.Name, r
		}
	}
	return best
}

// selectsSpark tells whether an entry for pods with Spark's label selects a namespace.
func (in *Installation) selectsSpark(f *Facts, set map[string]string) bool {
	for _, e := range in.shapes(f) {
		if meet(e.ObjectSelector, registration.SparkPods()) && selects(e.NamespaceSelector, set) {
			return true
		}
	}
	return false
}
