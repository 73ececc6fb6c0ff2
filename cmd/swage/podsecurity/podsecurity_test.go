package podsecurity_test

import (
	"testing"

	"swage.dev/swage/cmd/swage/podsecurity"
	"swage.dev/swage/podtemplate/tree"
)

// good is a pod of the level restricted; rows change it.
const good = `"securityContext":{"runAsNonRoot":true,"seccompProfile":{"type":"RuntimeDefault"}}`

func TestLevels(t *testing.T) {
	const c = `{"name":"c","securityContext":{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]}}}`
	for _, row := range []struct {
		rule, spec string
		level      podsecurity.Level
		what       string
	}{
		{"a pod that says all that must be said", good + `,"containers":[` + c + `]`, podsecurity.Restricted, ""},
		{"a pod that says nothing", `"containers":[{"name":"c"}]`, podsecurity.Baseline, "running as root"},
		{"volumes of the node", good + `,"containers":[` + c + `],"volumes":[{"name":"v","hostPath":{"path":"/"}}]`, podsecurity.Privileged, "hostPath volumes"},
		{"volumes of other kinds", good + `,"containers":[` + c + `],"volumes":[{"name":"v","nfs":{}}]`, podsecurity.Baseline, "kinds of volumes"},
		{"init containers are containers", good + `,"containers":[` + c + `],"initContainers":[{"name":"i"}]`, podsecurity.Baseline, "privilege escalation"},
		{"null is absent", good + `,"containers":[` + c + `],"volumes":[{"name":"v","hostPath":null,"emptyDir":{}}]`, podsecurity.Restricted, ""},
	} {
		pod, err := tree.Parse([]byte(`{"spec":{` + row.spec + `}}`))
		if err != nil {
			t.Fatal(err)
		}
		found := podsecurity.Check(pod)
		if got := podsecurity.LevelOf(found); got != row.level {
			t.Errorf("%s: got %s want %s: %v", row.rule, got, row.level, found)
		}
		if row.what != "" && (len(found) == 0 || found[0].What != row.what) {
			t.Errorf("%s: got %v want %s", row.rule, found, row.what)
		}
	}
}
