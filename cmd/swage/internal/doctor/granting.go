package doctor

import (
	"fmt"
	"slices"
	"strings"
)

// granting is how to give an account what a need is, and nothing more: whatever
// runs in a driver has its account's rights.
func (n *need) granting(namespace, account string) string {
	var verbs, resources []string
	for _, r := range n.rights {
		if !slices.Contains(verbs, r.Verb) {
			verbs = append(verbs, r.Verb)
		}
		if !slices.Contains(resources, r.resource()) {
			resources = append(resources, r.resource())
		}
	}
	role := account + "-" + n.role
	return fmt.Sprintf("kubectl -n %s create role %s --verb=%s --resource=%s; ", namespace, role, strings.Join(verbs, ","), strings.Join(resources, ",")) +
		binding(namespace, account, role, "--role="+role)
}

// binding is how to give a role, a flag of kubectl's, to a service account.
func binding(namespace, account, name, role string) string {
	return fmt.Sprintf("kubectl -n %s create rolebinding %s %s --serviceaccount=%s:%s", namespace, name, role, namespace, account)
}
