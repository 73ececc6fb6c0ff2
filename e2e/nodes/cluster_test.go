//go:build node

package nodes_test

import (
	"testing"

	"swage.dev/swage/e2e/nodes"
)

func TestStart(t *testing.T) {
	c, err := nodes.Start(t.Context(), nodes.Options{Count: 2})
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.Kubectl(t.Context(), "get", "nodes,pods,svc", "-A", "-o", "wide")
	t.Logf("%s %v", out, err)
	if err := c.Close(t.Context(), false); err != nil {
		t.Fatal(err)
	}
}
