package chart

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"swage.dev/swage/e2e/programs"
)

// Dir is where the chart is in the product's folder.
const Dir = "deploy/chart"

// Release and Namespace are what the guides tell users to write.
const (
	Release   = "swage"
	Namespace = "swage-system"
)

// Helm runs the program in a home of its own, so that no configuration or
// plug-in of whoever runs the tests has a say.
type Helm struct {
	path, chart, home string
}

// New builds Helm if need be. root is the product's folder, home an empty one.
func New(ctx context.Context, root, home string) (*Helm, error) {
	paths, err := programs.Build(ctx, programs.Options{}, programs.Helm)
	if err != nil {
		return nil, err
	}
	return &Helm{path: paths[programs.Helm], chart: filepath.Join(root, Dir), home: home}, nil
}

// Template renders the chart without any cluster.
func (h *Helm) Template(ctx context.Context, args ...string) ([]byte, error) {
	return h.run(ctx, append([]string{"template", Release, h.chart, "--namespace", Namespace}, args...)...)
}

// Run runs any command of Helm's with a kubeconfig.
func (h *Helm) Run(ctx context.Context, kubeconfig string, args ...string) ([]byte, error) {
	return h.run(ctx, append([]string{"--kubeconfig", kubeconfig}, args...)...)
}

// Chart is the chart's folder.
func (h *Helm) Chart() string { return h.chart }

func (h *Helm) run(ctx context.Context, args ...string) ([]byte, error) {
	var problem bytes.Buffer
	command := exec.CommandContext(ctx, h.path, args...)
	command.Stderr = &problem
	command.Env = append(os.Environ(), "HOME="+h.home, "HELM_CACHE_HOME="+h.home, "HELM_CONFIG_HOME="+h.home, "HELM_DATA_HOME="+h.home)
	out, err := command.Output()
	if err != nil {
		return out, fmt.Errorf("helm %s: %w\n%s", args[0], err, &problem)
	}
	return out, nil
}
