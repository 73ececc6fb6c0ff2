package doctor

import (
	"cmp"
	"slices"
	"strings"
)

// ServerRights are those that the server's account must have, as its flags say.
func (in *Installation) ServerRights() (all []Right) {
	s := in.settings()
	namespace := s["namespace"]
	for _, resource := range []string{"configmaps", "pods", "namespaces"} {
		for _, verb := range []string{"get", "list", "watch"} {
			if resource != "namespaces" || namespace == "" {
				all = append(all, Right{Verb: verb, Resource: resource, Namespace: namespace})
			}
		}
	}
	all = append(all, Right{Verb: "create", Resource: "events", Namespace: namespace})
	reviews := "subjectaccessreviews"
	if namespace != "" {
		reviews = "localsubjectaccessreviews"
	}
	if s["validating-configuration"] != "" {
		all = append(all, Right{Verb: "create", Group: "authorization.k8s.io", Resource: reviews, Namespace: namespace})
	}
	if s["certificates"] == "files" {
		return all
	}
	return append(all, in.certificateRights(s)...)
}

func (in *Installation) certificateRights(s settings) (all []Right) {
	const group = "admissionregistration.k8s.io"
	for _, verb := range []string{"watch", "patch"} {
		for resource, flag := range map[string]string{"mutatingwebhookconfigurations": "configuration", "validatingwebhookconfigurations": "validating-configuration"} {
			if s[flag] != "" {
				all = append(all, Right{Verb: verb, Group: group, Resource: resource, Name: s[flag]})
			}
		}
	}
	slices.SortFunc(all, func(a, b Right) int { return strings.Compare(a.String(), b.String()) })
	verbs := []string{"get", "update", "watch"}
	if s["certificates"] == "cert-manager" {
		verbs = []string{"watch"}
	}
	for _, verb := range verbs {
		all = append(all, Right{Verb: verb, Resource: "secrets", Namespace: in.Place.Namespace, Name: in.Secret()})
	}
	return all
}

// Account is the user that the server is, "" where there is no Deployment.
func (in *Installation) Account() string {
	d := in.Deployment()
	if d == nil {
		return ""
	}
	return ServiceAccount(d.Namespace, cmp.Or(d.Spec.Template.Spec.ServiceAccountName, "default"))
}

// ServiceAccount is the name of a service account as a user.
func ServiceAccount(namespace, name string) string {
	return "system:serviceaccount:" + namespace + ":" + name
}

func serverRights(_ *Facts, in *Installation) []finding {
	if in.Rights.Err != nil {
		return unknown(in.Rights.Err)
	}
	if len(in.Rights.Value) == 0 {
		return skip("there is no Deployment")
	}
	if missing := lacking(in.Rights.Value); len(missing) > 0 {
		return fail(in.upgrade(), "%s may not %s: what it does not see it does not shape by", in.Account(), some(missing))
	}
	return ok("%s has the %d rights that it needs", in.Account(), len(in.Rights.Value))
}

// lacking are the rights that somebody has not.
func lacking(asked []Asked) (missing []string) {
	for _, a := range asked {
		if !a.Allowed {
			missing = append(missing, a.String())
		}
	}
	return missing
}
