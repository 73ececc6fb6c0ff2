package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/podtemplate"
)

// cli is the users' program, run as they run it: on files, without a cluster.
type cli struct{ path, examples string }

// explanation is what "swage explain -o json" says of one pod.
type explanation struct {
	Verdict   string `json:"verdict"`
	Templates []struct {
		Template string `json:"template"`
	} `json:"templates"`
	Changes []podtemplate.Change `json:"changes"`
}

// render returns the pods as they would be admitted.
func (c cli) render(ctx context.Context, file string) ([]*corev1.Pod, error) {
	out, err := c.run(ctx, "render", "-o", "json", "-f", file)
	if err != nil {
		return nil, err
	}
	var list struct {
		Items []*corev1.Pod `json:"items"`
	}
	return list.Items, json.Unmarshal(out, &list)
}

// explain returns the reasons, pod by pod.
func (c cli) explain(ctx context.Context, file string) ([]explanation, error) {
	out, err := c.run(ctx, "explain", "-o", "json", "-f", file)
	if err != nil {
		return nil, err
	}
	var all []explanation
	for line := range bytes.Lines(out) {
		var e explanation
		if err := json.Unmarshal(line, &e); err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}

func (c cli) run(ctx context.Context, args ...string) ([]byte, error) {
	args = append(args,
		"-t", filepath.Join(c.examples, "templates"), "-t", filepath.Join(c.examples, "system"),
		"-t", filepath.Join(c.examples, "namespaces.yaml"))
	cmd := exec.CommandContext(ctx, c.path, args...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("swage %s: %w\n%s", args[0], err, &said)
	}
	return out, nil
}

// writePods writes pods as "kubectl get -o json" prints them.
func writePods(path string, pods []*corev1.Pod) error {
	list := corev1.PodList{}
	for _, pod := range pods {
		list.Items = append(list.Items, *pod)
	}
	list.Kind, list.APIVersion = "PodList", "v1"
	text, err := json.Marshal(list)
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}
