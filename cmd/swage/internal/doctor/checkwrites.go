package doctor

import (
	"slices"
	"strings"

	admissionv1 "k8s.io/api/admissionregistration/v1"

	"swage.dev/swage/cmd/swage/internal/registration"
	"swage.dev/swage/podtemplate"
)

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
	problems = append(problems, in.unchecked(f, entries)...)
	return orElse(problems, "%s checks templates and their writers", entries[0].configuration)
}

// unchecked looks for writes of templates that no entry is asked about (R36): of
// all templates by the rules, and of those that there are by the selectors.
func (in *Installation) unchecked(f *Facts, entries []checkEntry) (problems []finding) {
	var missing []string
	for _, o := range []admissionv1.OperationType{admissionv1.Create, admissionv1.Update, admissionv1.Delete} {
		if !slices.ContainsFunc(entries, func(e checkEntry) bool { return e.about(o) }) {
			missing = append(missing, string(o))
		}
	}
	if len(missing) > 0 {
		problems = append(problems, warn(in.upgrade(), "%s is not about %s of ConfigMaps: whoever may do that to them does it to templates unchecked", entries[0].configuration, strings.Join(missing, " and "))...)
	}
	if in.unread(f) != nil || f.Namespaces.Err != nil {
		return problems // which other checks say
	}
	if left := in.leftOut(f, entries); len(left) > 0 {
		problems = append(problems, warn(in.upgrade(), "%s selects not all templates: those that it leaves out (%s) are changed unchecked", entries[0].configuration, some(left))...)
	}
	return problems
}

// about tells whether an entry is asked about an operation on ConfigMaps.
func (e *checkEntry) about(o admissionv1.OperationType) bool {
	return slices.ContainsFunc(e.Rules, func(r admissionv1.RuleWithOperations) bool { return registration.Covers(r, o, "configmaps") })
}

// leftOut are the installation's templates that no entry selects.
func (in *Installation) leftOut(f *Facts, entries []checkEntry) (names []string) {
	namespaces := map[string]map[string]string{}
	for i := range f.Namespaces.Value {
		namespaces[f.Namespaces.Value[i].Name] = labelsOf(&f.Namespaces.Value[i])
	}
	for i := range f.Templates.Value {
		cm := &f.Templates.Value[i]
		selected := func(e checkEntry) bool {
			return selects(e.ObjectSelector, cm.Labels) && selects(e.NamespaceSelector, namespaces[cm.Namespace])
		}
		if in.reads(cm.Namespace, cm.Labels) && namespaces[cm.Namespace] != nil && !slices.ContainsFunc(entries, selected) {
			names = append(names, cm.Namespace+"/"+cm.Name)
		}
	}
	return names
}
