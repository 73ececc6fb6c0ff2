package doctor

import (
	"fmt"
	"slices"
	"strings"

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
		return fail(in.upgrade(), "no MutatingWebhookConfiguration calls %s: Spark's pods are created as they are, with no error and no warning%s", in.Place, f.elsewhere())
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
	problems = append(problems, in.oneRole(entries)...)
	return orElse(problems, "%s calls %s for Spark's pods (%s)", names(entries), in.Place, count(len(entries), "entry", "entries"))
}

// elsewhere says that another server than one of this cluster may be called all the same.
func (f *Facts) elsewhere() string {
	if all := calledElsewhere(f); len(all) > 0 {
		return " (" + some(all) + " calls no Service of this cluster: what it calls is not examined)"
	}
	return ""
}

// oneRole looks whether entries select the pods of one of Spark's roles, and not those of the other.
func (in *Installation) oneRole(entries []shapeEntry) []finding {
	selected := func(role podtemplate.Role) bool {
		return slices.ContainsFunc(entries, func(e shapeEntry) bool {
			return selects(e.ObjectSelector, map[string]string{podtemplate.RoleLabel: string(role)})
		})
	}
	switch drivers, executors := selected(podtemplate.Driver), selected(podtemplate.Executor); {
	case drivers && !executors:
		return fail(in.upgrade(), "%s selects Spark's drivers and not its executors, which are created as they are", names(entries))
	case executors && !drivers:
		return fail(in.upgrade(), "%s selects Spark's executors and not its drivers, which are created as they are", names(entries))
	}
	return nil
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
