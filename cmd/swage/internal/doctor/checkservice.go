package doctor

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
)

// defaultPort is the one that API servers call where a registration names none.
const defaultPort = 443

func service(f *Facts, in *Installation) []finding {
	if in.Service.Err != nil {
		return unknown(in.Service.Err)
	}
	s := in.Service.Value
	if s == nil {
		return fail(in.upgrade(), "the Service %s, which the registration calls, does not exist", in.Place)
	}
	var problems []finding
	for _, number := range in.calledPorts(f) {
		problems = append(problems, in.portProblem(s, number)...)
	}
	return orElse(problems, "%s has the port that is called, and %s", in.Place, count(in.endpoints(""), "ready endpoint", "ready endpoints"))
}

// calledPorts are those that the registrations name.
func (in *Installation) calledPorts(f *Facts) (all []int32) {
	number := func(port *int32) int32 {
		if port == nil {
			return defaultPort
		}
		return *port
	}
	for _, e := range in.shapes(f) {
		all = append(all, number(e.ClientConfig.Service.Port))
	}
	for _, e := range in.checks(f) {
		all = append(all, number(e.ClientConfig.Service.Port))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func (in *Installation) portProblem(s *corev1.Service, number int32) []finding {
	if s.Spec.Type == corev1.ServiceTypeExternalName {
		return nil // somebody else's endpoints
	}
	for _, p := range s.Spec.Ports {
		if p.Port != number {
			continue
		}
		if in.Slices.Err != nil {
			return unknown(in.Slices.Err)
		}
		if in.endpoints(p.Name) == 0 {
			return fail(fmt.Sprintf("kubectl -n %s get pods,endpointslices -l kubernetes.io/service-name=%s", s.Namespace, s.Name),
				"the Service %s has no ready endpoint at port %d: no replica can be called", in.Place, number)
		}
		return nil
	}
	return fail(in.upgrade(), "the Service %s has no port %d, which the registration calls", in.Place, number)
}

// endpoints counts the ready ones that have a port of a name, "" for any. Of one
// pod there is a slice for each family of its addresses, and two while the
// controller moves it from one to another: it counts once.
func (in *Installation) endpoints(port string) int {
	ready := map[string]bool{}
	for i := range in.Slices.Value {
		slice := &in.Slices.Value[i]
		if port != "" && !slices.ContainsFunc(slice.Ports, func(p discoveryv1.EndpointPort) bool { return p.Name != nil && *p.Name == port }) {
			continue
		}
		for _, e := range slice.Endpoints {
			if e.Conditions.Ready == nil || *e.Conditions.Ready {
				ready[behind(&e, slice.Ports)] = true
			}
		}
	}
	return len(ready)
}

// behind is who answers at an endpoint: a pod or, where somebody else wrote the
// slice, an address with its ports. Of several addresses all are the same one's.
func behind(e *discoveryv1.Endpoint, ports []discoveryv1.EndpointPort) string {
	if of := e.TargetRef; of != nil {
		return of.Kind + " " + of.Namespace + "/" + of.Name
	}
	who := strings.Join(e.Addresses, " ")
	for _, p := range ports {
		if p.Port != nil {
			who += fmt.Sprintf(":%d", *p.Port)
		}
	}
	return who
}
