package doctor

import (
	"fmt"
	"slices"
	"strings"

	admissionv1 "k8s.io/api/admissionregistration/v1"

	"swage.dev/swage/cmd/swage/internal/registration"
	"swage.dev/swage/podtemplate"
)

// noRegistration speaks where nothing can be said of any installation.
func noRegistration(f *Facts) []finding {
	if f.Mutating.Err != nil {
		return unknown(f.Mutating.Err)
	}
	if elsewhere := calledElsewhere(f); len(f.Installations) == 0 && len(elsewhere) > 0 {
		return skip("%s calls no Service of this cluster: what it calls is not examined", some(elsewhere))
	}
	if len(f.Installations) == 0 {
		return fail("helm install swage deploy/chart -n swage-system --create-namespace",
			"no registration in this cluster calls Swage: Spark's pods are created as they are")
	}
	return nil
}

func registered(f *Facts, in *Installation) []finding {
	entries := in.shapes(f)
	if len(entries) == 0 {
		return fail(in.upgrade(), "no MutatingWebhookConfiguration calls %s: Spark's pods are created as they are, with no error and no warning", in.Place)
	}
	var problems []finding
	for i := range entries {
		e := &entries[i]
		path := registration.Path(&e.ClientConfig)
		if _, known := podtemplate.ParseRoute(path); !known {
			problems = append(problems, fail(in.upgrade(), "%s calls the path %s: the server shapes at %s, %s/driver and %s/executor", e, path, podtemplate.WebhookPath, podtemplate.WebhookPath, podtemplate.WebhookPath)...)
		}
		if !registration.CreatesPods(e.Rules) {
			problems = append(problems, fail(in.upgrade(), "%s is not about the creation of pods", e)...)
		}
	}
	return orElse(problems, "%s calls %s for Spark's pods (%s)", names(entries), in.Place, count(len(entries), "entry", "entries"))
}

func templateChecks(f *Facts, in *Installation) []finding {
	if f.Validating.Err != nil {
		return unknown(f.Validating.Err)
	}
	entries := in.checks(f)
	if len(entries) == 0 {
		return warn(in.upgrade("checkTemplates=true"),
			"no ValidatingWebhookConfiguration calls %s: templates are not checked when they are written, and whoever may write ConfigMaps, as Spark's drivers may, shapes pods", in.Place)
	}
	var problems []finding
	for i := range entries {
		e := &entries[i]
		if path := registration.Path(&e.ClientConfig); path != podtemplate.TemplatesPath {
			problems = append(problems, fail(in.upgrade(), "%s calls the path %s: the server checks templates at %s", e, path, podtemplate.TemplatesPath)...)
		}
		if e.FailurePolicy != nil && *e.FailurePolicy == admissionv1.Ignore {
			problems = append(problems, warn(in.upgrade(), "%s has failurePolicy Ignore: while no replica can be reached, anybody who may write ConfigMaps shapes pods", e)...)
		}
	}
	return orElse(problems, "%s checks templates and their writers", entries[0].configuration)
}

// names are those of the configurations, each once.
func names(entries []shapeEntry) string {
	var all []string
	for i := range entries {
		all = append(all, entries[i].configuration)
	}
	return strings.Join(slices.Compact(all), ", ")
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
