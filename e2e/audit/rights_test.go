package audit

import (
	"path/filepath"
	"slices"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
)

const requests = `{"verb":"watch","user":{"username":"us"},"requestURI":"/a","objectRef":{"resource":"pods"},"annotations":{"authorization.k8s.io/decision":"allow"}}
{"verb":"get","user":{"username":"us"},"requestURI":"/b","objectRef":{"resource":"secrets"},"annotations":{"authorization.k8s.io/decision":"forbid"}}
{"verb":"get","user":{"username":"other","groups":["g"]},"requestURI":"/c","objectRef":{"resource":"pods"},"annotations":{"authorization.k8s.io/decision":"forbid"}}
{"verb":"patch","user":{"username":"us"},"requestURI":"/d","objectRef":{"resource":"roles","apiGroup":"rbac"}}
{"verb":"get","user":{"username":"us"},"requestURI":"/livez"}
`

// Only what no rule allows is refused: a conflict or a missing object is not.
func TestRefusedAndUnusedRights(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit.log")
	write(t, path, requests)
	log := Open(path)
	if refused, err := log.Refused("us"); err != nil || !slices.Equal(refused, []string{"us: get /b"}) {
		t.Errorf("refused %q, %v", refused, err)
	}
	if refused, err := log.Refused("g"); err != nil || !slices.Equal(refused, []string{"other: get /c"}) {
		t.Errorf("of a group: refused %q, %v", refused, err)
	}
	unused, err := log.Unused("us", []rbacv1.PolicyRule{
		{APIGroups: []string{""}, Resources: []string{"pods"}, Verbs: []string{"get", "watch"}},
		{APIGroups: []string{"rbac"}, Resources: []string{"roles"}, Verbs: []string{"patch"}},
	})
	if err != nil || !slices.Equal(unused, []string{"get /pods"}) {
		t.Errorf("unused %q, %v", unused, err)
	}
}
