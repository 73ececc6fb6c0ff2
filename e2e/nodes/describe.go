package nodes

import (
	"context"
	"os"
	"os/exec"
	"time"

	"swage.dev/swage/e2e/programs"
)

// describeTimeout bounds what is asked when something has failed already.
const describeTimeout = 20 * time.Second

// describe puts what a human would ask the cluster first beside the logs.
func (c *Cluster) describe(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, describeTimeout)
	defer cancel()
	for file, args := range map[string][]string{
		"pods.yaml":     {"get", "pods", "-A", "-o", "yaml"},
		"pods.txt":      {"describe", "pods", "-A"},
		"events.txt":    {"get", "events", "-A", "--sort-by=.metadata.creationTimestamp"},
		"nodes.txt":     {"describe", "nodes"},
		"objects.txt":   {"get", "all,configmaps,pv,pvc,mutatingwebhookconfigurations", "-A"},
		"templates.txt": {"get", "configmaps", "-A", "-l", "swage.dev/template", "-o", "yaml"},
	} {
		out, err := c.Kubectl(ctx, args...)
		if err != nil {
			out = append(out, err.Error()...)
		}
		_ = os.WriteFile(c.dir.Log(file), out, 0o600) // it is for a human, who sees that it is missing
	}
}

// Kubectl runs kubectl as the cluster's administrator and returns what it
// printed.
func (c *Cluster) Kubectl(ctx context.Context, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, c.programs[programs.Kubectl], args...)
	cmd.Env = append(os.Environ(), "KUBECONFIG="+c.Kubeconfig())
	return cmd.CombinedOutput()
}
