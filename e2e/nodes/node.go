package nodes

import (
	"context"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/needs"
	"swage.dev/swage/e2e/programs"
)

// node is one kubelet and its containerd.
type node struct {
	name    string
	address string
	// run is its folder for sockets and mounts, on the machine's own tmpfs:
	// paths of sockets may have 107 characters at most.
	run string
	// dir is its folder for all that is large.
	dir string
}

func (n *node) socket() string { return n.run + "/containerd.sock" }

func (n *node) kubeletRoot() string { return n.run + "/kubelet" }

func (c *Cluster) startNodes(ctx context.Context) error {
	if err := c.writePause(); err != nil {
		return err
	}
	for i := range c.opts.Count {
		n, err := c.addNode(ctx, i)
		if err != nil {
			return err
		}
		if err := c.startContainerd(ctx, n); err != nil {
			return err
		}
	}
	var all errgroup.Group
	for _, n := range c.nodes {
		all.Go(func() error { return c.importImages(ctx, n) })
	}
	if err := all.Wait(); err != nil {
		return err
	}
	for _, n := range c.nodes {
		if err := c.startKubelet(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// addNode gives a node its folders and its address: the first has the machine's.
func (c *Cluster) addNode(ctx context.Context, i int) (*node, error) {
	name := fmt.Sprintf("node-%d", i+1)
	n := &node{name: name, address: c.machine.Address(), run: "/run/" + name, dir: c.dir.File(name)}
	c.nodes = append(c.nodes, n)
	if i > 0 {
		var err error
		if n.address, err = c.machine.AddAddress(ctx, i); err != nil {
			return nil, err
		}
	}
	if err := os.MkdirAll(n.dir+"/kubelet", 0o755); err != nil {
		return nil, err
	}
	// The kubelet has sockets in its folder, and pods' volumes, which may be
	// large: the short path leads to the disk.
	for _, command := range [][]string{{"mkdir", "-p", n.kubeletRoot()}, {"mount", "--bind", n.dir + "/kubelet", n.kubeletRoot()}} {
		if _, err := c.machine.Run(ctx, command[0], command[1:]...); err != nil {
			return nil, err
		}
	}
	return n, nil
}

// startContainerd starts a node's container runtime.
//
// restrict_oom_score_adj: where this process may not lower its score, in a
// container or a sandbox, no pod starts without it.
func (c *Cluster) startContainerd(ctx context.Context, n *node) error {
	config, err := c.dir.Write(n.name+".containerd.toml", fmt.Appendf(nil, `version = 3
root = %[1]q
state = %[2]q
[grpc]
  address = %[3]q
[plugins.'io.containerd.internal.v1.opt']
  path = %[4]q
[plugins.'io.containerd.nri.v1.nri']
  disable = true
[plugins.'io.containerd.cri.v1.images'.pinned_images]
  sandbox = %[5]q
[plugins.'io.containerd.cri.v1.runtime']
  restrict_oom_score_adj = true
[plugins.'io.containerd.cri.v1.runtime'.cni]
  bin_dirs = [%[6]q]
  conf_dir = %[7]q
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
  [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
    SystemdCgroup = false
`, n.dir+"/containerd", n.run+"/containerd", n.socket(), n.dir+"/opt", PauseImage, needs.CNIDir, c.dir.File("cni")))
	if err != nil {
		return err
	}
	return c.run(ctx, program{
		name: programs.Containerd, of: n.name, args: []string{"--config=" + config},
		// containerd looks for its shim beside other programs.
		env: []string{"PATH=" + filepath.Dir(c.programs[programs.ContainerdShim]) + ":" + os.Getenv("PATH")},
		ready: func(ctx context.Context) error {
			_, err := c.ctr(ctx, n, "version")
			return err
		},
	})
}

func (c *Cluster) startKubelet(ctx context.Context, n *node) error {
	kubeconfig, err := c.kubeconfig("kubelet-"+n.name, pkix.Name{CommonName: "system:node:" + n.name, Organization: []string{"system:nodes"}})
	if err != nil {
		return err
	}
	config, err := c.kubeletConfig(n)
	if err != nil {
		return err
	}
	return c.run(ctx, program{
		name: programs.Kubelet, of: n.name,
		args: []string{
			"--config=" + config, "--kubeconfig=" + kubeconfig, "--root-dir=" + n.kubeletRoot(),
			"--hostname-override=" + n.name, "--node-ip=" + n.address,
		},
		ready: func(ctx context.Context) error { return c.nodeReady(ctx, n.name) },
	})
}

// kubeletConfig takes control groups of both versions, and a disk that is
// nearly full: it is somebody's own machine. The images came by hand; to
// collect them would leave nobody to bring them back.
func (c *Cluster) kubeletConfig(n *node) (string, error) {
	group, err := c.machine.ControlGroup(n.name)
	if err != nil {
		return "", err
	}
	ca, err := c.dir.Write("kubelet-ca.crt", c.ca.PEM())
	if err != nil {
		return "", err
	}
	return c.dir.Write(n.name+".kubelet.yaml", fmt.Appendf(nil, `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: %[1]s
healthzBindAddress: %[1]s
failCgroupV1: false
cgroupDriver: cgroupfs
cgroupRoot: %[2]s
failSwapOn: false
containerRuntimeEndpoint: unix://%[3]s
authentication: {anonymous: {enabled: false}, webhook: {enabled: false}, x509: {clientCAFile: %[4]s}}
authorization: {mode: AlwaysAllow}
evictionHard: {memory.available: 100Mi, nodefs.available: 1%%, imagefs.available: 1%%}
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
podLogsDir: %[5]s
volumePluginDir: %[6]s
enforceNodeAllocatable: []
clusterDNS: [%[7]s]
clusterDomain: %[8]s
registryPullQPS: 0
`, n.address, group, n.socket(), ca, c.dir.Log("pods-"+n.name), n.dir+"/volume-plugins", podGateway, dnsDomain))
}

var errNotReady = errors.New("not ready")

func (c *Cluster) nodeReady(ctx context.Context, name string) error {
	got, err := c.Client().CoreV1().Nodes().Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	i := slices.IndexFunc(got.Status.Conditions, func(c corev1.NodeCondition) bool { return c.Type == corev1.NodeReady })
	if i < 0 {
		return fmt.Errorf("%s: %w: it has not said so", name, errNotReady)
	}
	if ready := got.Status.Conditions[i]; ready.Status != corev1.ConditionTrue {
		return fmt.Errorf("%s: %w: %s", name, errNotReady, ready.Message)
	}
	if len(got.Spec.Taints) > 0 {
		return fmt.Errorf("%s: %w: taints %v", name, errNotReady, got.Spec.Taints)
	}
	return nil
}
