package templatelint

import (
	"fmt"
	"strings"

	"swage.dev/swage/cmd/swage/internal/offline"
	"swage.dev/swage/cmd/swage/podsecurity"
	"swage.dev/swage/podtemplate"
	"swage.dev/swage/podtemplate/tree"
)

// security tells which templates take given pods to a lower level of the Pod
// Security Standards: a namespace that enforces the level refuses them then.
func security(templates *offline.Templates, outcomes []offline.Outcome) []Finding {
	var findings []Finding
	for i := range outcomes {
		o := &outcomes[i]
		before, after := violations(o.Pod.JSON()), violations(o.JSON())
		had, has := podsecurity.LevelOf(before), podsecurity.LevelOf(after)
		for _, v := range after {
			if v.Level > had || o.JSON() == nil {
				continue // the pod was against it before
			}
			s, key := sourceOf(templates, author(o.Result.Changes, v.Node.Pointer()))
			if s == nil {
				continue
			}
			findings = append(findings, newFinding(s, podtemplate.Problem{
				Template: s.Name(), Key: key, Severity: podtemplate.Warning,
				Message: fmt.Sprintf("takes pod %s from Pod Security level %s to %s: %s at %s", o.Pod, had, has, v.What, v.Node.Pointer()),
			}))
		}
	}
	return findings
}

// violations are empty for a pod that is not there.
func violations(pod []byte) []podsecurity.Violation {
	n, err := tree.Parse(pod)
	if err != nil {
		return nil
	}
	return podsecurity.Check(n)
}

// author is the template of the change that is nearest to a path, above or below it.
func author(changes []podtemplate.Change, path string) string {
	found := podtemplate.Change{}
	for _, c := range changes {
		near := c.Path == path || strings.HasPrefix(path, c.Path+"/") || strings.HasPrefix(c.Path, path+"/")
		if near && c.Op != podtemplate.OpNone && len(c.Path) >= len(found.Path) {
			found = c
		}
	}
	return found.Template
}
