package properties_test

import (
	"regexp"
	"testing"

	"swage.dev/swage/e2e/properties"
	"swage.dev/swage/e2e/properties/generate"
	"swage.dev/swage/e2e/properties/reference"
)

// tokenName is the name that the ServiceAccount plugin makes up each time.
var tokenName = regexp.MustCompile(`kube-api-access-[a-z0-9]+`)

// Shaping a file and creating the result ends in the same stored pod as
// creating the file and shaping what the webhook is sent.
func TestOfflineEqualsOnline(t *testing.T) {
	property(t, generate.Options{}, func(c *trial) {
		online := c.shape(c.sent(true))
		offline := c.shape(c.Raw())
		if online.Verdict.Denied() || offline.Verdict.Denied() {
			if online.Verdict != offline.Verdict {
				c.fail("online %s %s\noffline %s %s", online.Verdict, online.Reason, offline.Verdict, offline.Reason)
			}
			return
		}
		stored := c.again(online.Pod())
		created, err := c.server.Create(c.Context(), c.Namespace, offline.Pod(), false)
		if err != nil {
			if properties.Known(err.Error()) != nil {
				c.Skip(err)
			}
			c.fail("the server refuses the file that we made: %v", err)
		}
		c.mustEqual("online, but offline", comparable(stored), comparable(created), "online patch", string(online.Patch()), "\noffline patch", string(offline.Patch()))
	})
}

// comparable is a stored pod without what is random or says who wrote it, its lists in one order.
func comparable(raw []byte) any {
	pod := reference.Read(tokenName.ReplaceAll(raw, []byte("kube-api-access-x")))
	delete(pod["metadata"].(map[string]any), "managedFields")
	return sorted(pod)
}
