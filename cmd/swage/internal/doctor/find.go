package doctor

import (
	"cmp"
	"slices"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"swage.dev/swage/cmd/swage/internal/registration"
)

// Place is where an installation is: its Service.
type Place struct{ Namespace, Service string }

func (p Place) String() string { return p.Namespace + "/" + p.Service }

// host is the name under which API servers call the Service, and which the certificate must have.
func (p Place) host() string { return p.Service + "." + p.Namespace + ".svc" }

// ServerLabels select the Deployments of Swage, as the chart labels them.
const ServerLabels = "app.kubernetes.io/name=swage,app.kubernetes.io/component=webhook"

// Places are the installations: the Services that registrations call. Only
// whoever administers the cluster writes those, and whoever has a namespace may
// label a Deployment there as he likes. So a Deployment with Swage's labels that
// nobody calls is an installation, whose registration is gone, where there is no
// other, or in the namespace of one; elsewhere its Service is among uncalled.
// Both are sorted.
func Places(f *Facts, servers []appsv1.Deployment) (all, uncalled []Place) {
	for _, e := range shapeEntries(f) {
		all = append(all, placeOf(e.ClientConfig.Service))
	}
	for _, e := range checkEntries(f) {
		all = append(all, placeOf(e.ClientConfig.Service))
	}
	called := slices.Clone(all)
	for i := range servers {
		place := Place{servers[i].Namespace, settingsOf(&servers[i]).service(servers[i].Name)}
		trusted := len(called) == 0 || f.Mutating.Err != nil || slices.ContainsFunc(called, func(p Place) bool { return p.Namespace == place.Namespace })
		if trusted {
			all = append(all, place)
			continue
		}
		uncalled = append(uncalled, place)
	}
	return sorted(all), sorted(uncalled)
}

func sorted(places []Place) []Place {
	slices.SortFunc(places, func(a, b Place) int { return cmp.Compare(a.String(), b.String()) })
	return slices.Compact(places)
}

func placeOf(s *admissionv1.ServiceReference) Place { return Place{s.Namespace, s.Name} }

// shapeEntry is one entry of a registration that shapes pods.
type shapeEntry struct {
	configuration string
	labels        map[string]string // the configuration's
	admissionv1.MutatingWebhook
}

// checkEntry is one entry of a registration that checks templates.
type checkEntry struct {
	configuration string
	admissionv1.ValidatingWebhook
}

// callable tells whether there can be such a Service; API servers do not look at
// how it is called, and it becomes part of commands.
func callable(s *admissionv1.ServiceReference) bool {
	return s != nil && len(validation.IsDNS1123Label(s.Namespace)) == 0 && len(validation.IsDNS1123Label(s.Name)) == 0
}

// shapeEntries are the entries of all installations that call a Service.
func shapeEntries(f *Facts) (all []shapeEntry) {
	for i := range f.Mutating.Value {
		c := &f.Mutating.Value[i]
		for _, w := range c.Webhooks {
			if registration.Shapes(&w) && callable(w.ClientConfig.Service) {
				all = append(all, shapeEntry{c.Name, c.Labels, w})
			}
		}
	}
	return all
}

// calledElsewhere are the configurations of ours with an entry that calls no Service of this cluster.
func calledElsewhere(f *Facts) (all []string) {
	for i := range f.Mutating.Value {
		for _, w := range f.Mutating.Value[i].Webhooks {
			if registration.Shapes(&w) && !callable(w.ClientConfig.Service) {
				all = append(all, f.Mutating.Value[i].Name)
			}
		}
	}
	return all
}

func checkEntries(f *Facts) (all []checkEntry) {
	for i := range f.Validating.Value {
		c := &f.Validating.Value[i]
		for _, w := range c.Webhooks {
			if registration.Named(w.Name) && callable(w.ClientConfig.Service) {
				all = append(all, checkEntry{c.Name, w})
			}
		}
	}
	return all
}

// shapes are the entries that call this installation.
func (in *Installation) shapes(f *Facts) []shapeEntry {
	return slices.DeleteFunc(shapeEntries(f), func(e shapeEntry) bool { return placeOf(e.ClientConfig.Service) != in.Place })
}

func (in *Installation) checks(f *Facts) []checkEntry {
	return slices.DeleteFunc(checkEntries(f), func(e checkEntry) bool { return placeOf(e.ClientConfig.Service) != in.Place })
}

func (e *shapeEntry) String() string { return e.configuration + ", entry " + e.Name }
func (e *checkEntry) String() string { return e.configuration + ", entry " + e.Name }
