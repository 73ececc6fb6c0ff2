package doctor

import (
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// recognisers looks for pods that two entries of one installation are about (R35).
func recognisers(f *Facts, in *Installation) []finding {
	entries := in.shapes(f)
	var problems []finding
	for i := range entries {
		for j := i + 1; j < len(entries); j++ {
			a, b := &entries[i], &entries[j]
			if meet(a.ObjectSelector, b.ObjectSelector) && meet(a.NamespaceSelector, b.NamespaceSelector) && !leavesOut(b, a) && !leavesOut(a, b) {
				problems = append(problems, fail(in.upgrade(), "%s and %s do not exclude each other: a pod that both select is shaped twice, with different roles or containers (%s; %s)",
					a, b, metav1.FormatLabelSelector(a.ObjectSelector), metav1.FormatLabelSelector(b.ObjectSelector))...)
			}
		}
	}
	return orElse(problems, "%s: no pod is of two", count(len(entries), "entry", "entries"))
}

// leavesOut tells whether an entry has the chart's condition about another one's pods.
func leavesOut(e, other *shapeEntry) bool {
	recogniser, _, _ := strings.Cut(other.Name, ".")
	for _, c := range e.MatchConditions {
		if strings.HasPrefix(c.Name, "not-"+recogniser+".") || c.Name == "not-"+recogniser {
			return true
		}
	}
	return false
}

// installations looks for pods that two installations shape (R38).
func installations(f *Facts) []finding {
	if f.Mutating.Err != nil {
		return unknown(f.Mutating.Err)
	}
	problems := f.strangers()
	if len(f.Installations) < 2 && len(problems) == 0 {
		return ok("%s", count(len(f.Installations), "installation", "installations"))
	}
	if len(f.Installations) > 1 && f.Namespaces.Err != nil {
		return append(problems, unknown(f.Namespaces.Err)...)
	}
	for i := range f.Installations {
		for j := i + 1; j < len(f.Installations); j++ {
			problems = append(problems, f.overlap(&f.Installations[i], &f.Installations[j])...)
		}
	}
	return orElse(problems, "%d installations: no pod is of two", len(f.Installations))
}

// strangers are Deployments that call themselves Swage's where no registration calls them.
func (f *Facts) strangers() (problems []finding) {
	for _, p := range f.Uncalled {
		problems = append(problems, warn("kubectl -n "+p.Namespace+" get deployments,services --show-labels   # an installation: helm upgrade it; something else: without these labels",
			"a Deployment in namespace %s has the labels of Swage's server, and no registration calls its Service %s: it shapes nothing, and was not examined", p.Namespace, p)...)
	}
	return problems
}

func (f *Facts) overlap(a, b *Installation) []finding {
	for _, x := range a.shapes(f) {
		for _, y := range b.shapes(f) {
			if !meet(x.ObjectSelector, y.ObjectSelector) {
				continue
			}
			if shared := f.selectedBy(x.NamespaceSelector, y.NamespaceSelector); len(shared) > 0 {
				return fail("kubectl get mutatingwebhookconfigurations "+x.configuration+" "+y.configuration+" -o yaml   # set namespaceSelector of each: docs/install.md",
					"%s and %s both shape Spark's pods in %s: give each its own namespaces", a, b, some(shared))
			}
		}
	}
	return nil
}
