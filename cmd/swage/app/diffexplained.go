package app

import (
	"bytes"
	"fmt"
	"strings"

	"swage.dev/swage/cmd/swage/explained"
	"swage.dev/swage/cmd/swage/internal/offline"
	"swage.dev/swage/podtemplate/tree"
)

// explainedDiff returns what prints one pod's changes with their authors.
func explainedDiff(colour bool) func(*offline.Outcome) string {
	return func(o *offline.Outcome) string {
		if !o.Result.Verdict.Allowed() || len(o.Result.Changes) == 0 {
			return ""
		}
		var out bytes.Buffer
		fmt.Fprintf(&out, "pod %s: %s\n", o.Pod, o.Result.Verdict)
		lines := explained.Diff(parsed(o.Pod.JSON()), parsed(o.JSON()), o.Result.Changes)
		explained.Write(&out, lines, explained.Options{Colour: colour, Name: func(by string) string { return shortName(o, by) }})
		return out.String()
	}
}

func parsed(text []byte) *tree.Node {
	n, err := tree.Parse(text)
	if err != nil {
		panic(err) // it was parsed before
	}
	return n
}

// shortName leaves the pod's namespace and the key of the ConfigMap out.
func shortName(o *offline.Outcome, by string) string {
	for _, ref := range o.Result.Templates {
		if name := ref.String(); strings.HasPrefix(by, name+"/") {
			return strings.TrimPrefix(name, o.Pod.Namespace+"/")
		}
	}
	return by
}
