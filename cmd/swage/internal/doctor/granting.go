package doctor

import (
	"fmt"
	"slices"
	"strings"
)

// granting is how to give an account what a need is, and nothing more: whatever
// runs in a driver has its account's rights, and Kubernetes' own role edit, which
// has more, lets one act as every account of a namespace.
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
	return fmt.Sprintf("kubectl -n %[1]s create role %[2]s --verb=%[3]s --resource=%[4]s; kubectl -n %[1]s create rolebinding %[2]s --role=%[2]s --serviceaccount=%[1]s:%[5]s",
		namespace, role, strings.Join(verbs, ","), strings.Join(resources, ","), account)
}
