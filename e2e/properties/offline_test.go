package properties_test

import (
	"regexp"
	"strings"
	"testing"

	"swage.dev/swage/e2e/properties/generate"
	"swage.dev/swage/e2e/properties/reference"
	"swage.dev/swage/e2e/properties/server"
	"swage.dev/swage/podtemplate"
)

// tokenName is the name that the ServiceAccount plugin makes up each time.
var tokenName = regexp.MustCompile(`kube-api-access-[a-z0-9]+`)

// Shaping a file and creating the result ends in the same stored pod as
// creating the file and shaping what the webhook is sent.
func TestOfflineEqualsOnline(t *testing.T) {
	property(t, generate.Options{}, func(c *trial) {
		if statesConstant(c.Pod) {
			c.Skip("in a file nobody can tell a plugin's constant from one that was stated (R4)")
		}
		if leavesRuntimeClass(c) {
			c.Skip("managedFields list nodeSelector and tolerations as a whole: the old class's entries are taken for the author's")
		}
		online := c.shape(c.sent(true))
		offline := c.shape(c.Raw())
		if c.Namespace == server.Limited && (resourcesDecided(online) || statesResources(c)) {
			c.Skip("offline nobody knows the values of a LimitRange")
		}
		if online.Verdict.Denied() || offline.Verdict.Denied() {
			if online.Verdict != offline.Verdict {
				c.fail("online %s %s\noffline %s %s", online.Verdict, online.Reason, offline.Verdict, offline.Reason)
			}
			return
		}
		stored := c.again(online.Pod())
		created, err := c.server.Create(c.Context(), c.Namespace, offline.Pod(), false)
		if err == nil { // any webhook's change makes the server default the pod once more
			created, err = c.server.Again(c.Context(), c.Namespace, created)
		}
		if err != nil {
			if c.known(err.Error()) {
				c.Skip(err)
			}
			c.fail("the server refuses the file that we made: %v", err)
		}
		c.mustEqual("online, but offline", comparable(stored), comparable(created), "online patch", string(online.Patch()), "\noffline patch", string(offline.Patch()))
	})
}

// statesConstant tells whether the author stated just what a plugin would have filled in.
func statesConstant(pod generate.Object) bool {
	spec := pod["spec"].(generate.Object)
	return spec["serviceAccountName"] == "default" || spec["preemptionPolicy"] == "PreemptLowerPriority"
}

// leavesRuntimeClass tells whether the pod has a runtime class that a template
// may change, and states scheduling of its own.
func leavesRuntimeClass(c *trial) bool {
	spec := c.Pod["spec"].(generate.Object)
	states := spec["nodeSelector"] != nil || spec["tolerations"] != nil
	return spec["runtimeClassName"] != nil && states && strings.Contains(text(c.Templates), `"runtimeClassName"`)
}

// statesResources tells whether a template speaks of requests or limits: the
// server derives requests from limits before a LimitRange fills in any.
func statesResources(c *trial) bool { return strings.Contains(text(c.Templates), `"resources"`) }

// resourcesDecided tells whether something was left out or denied because of requests and limits.
func resourcesDecided(result *podtemplate.Result) bool {
	decided := strings.Contains(result.Reason, "resources:")
	for _, change := range result.Changes {
		decided = decided || change.Rule == "cross-field" && strings.Contains(change.Note, "resources:")
	}
	return decided
}

// comparable is a stored pod without what is random or says who wrote it, its
// lists in one order. The LimitRanger's annotation says only what its last run did.
func comparable(raw []byte) any {
	pod := reference.Read(tokenName.ReplaceAll(raw, []byte("kube-api-access-x")))
	meta := pod["metadata"].(map[string]any)
	delete(meta, "managedFields")
	if annotations, ok := meta["annotations"].(map[string]any); ok {
		delete(annotations, "kubernetes.io/limit-ranger")
	}
	return sorted(pod)
}
