package audit

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
)

// What the API server notes about a request that no rule allows.
const decisionKey, forbid = "authorization.k8s.io/decision", "forbid"

// Refused are the requests of a user, or of the users of a group, for which they
// had no right. Of the server's accounts all requests are recorded, see Policy.
func (l *Log) Refused(who string) (requests []string, err error) {
	events, err := l.All(func(e *Event) bool {
		return (e.User.Username == who || slices.Contains(e.User.Groups, who)) && e.Annotations[decisionKey] == forbid
	})
	for _, e := range events {
		requests = append(requests, e.User.Username+": "+e.Verb+" "+e.RequestURI)
	}
	return requests, err
}

// Unused are the rights, as "verb group/resource", that rules grant to a user
// who did not use them.
func (l *Log) Unused(user string, rules []rbacv1.PolicyRule) ([]string, error) {
	unused := map[string]bool{}
	for _, rule := range rules {
		for _, group := range rule.APIGroups {
			for _, resource := range rule.Resources {
				for _, verb := range rule.Verbs {
					unused[right(verb, group, resource)] = true
				}
			}
		}
	}
	_, err := l.All(func(e *Event) bool {
		if e.User.Username == user && e.ObjectRef != nil {
			delete(unused, right(e.Verb, e.ObjectRef.APIGroup, e.ObjectRef.Resource))
		}
		return false
	})
	return slices.Sorted(maps.Keys(unused)), err
}

func right(verb, group, resource string) string {
	return strings.TrimSpace(fmt.Sprintf("%s %s/%s", verb, group, resource))
}
