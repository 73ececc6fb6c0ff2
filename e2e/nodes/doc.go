// Package nodes runs a whole Kubernetes on this machine: a control plane with
// its controllers, and nodes on which pods really run.
//
// Everything is inside one [machine.Machine], so that nothing of it can be left
// behind: the kernel takes interfaces, firewall rules, mounts and processes
// down to the last container away with it, even when the test is killed. From
// this machine the API server can be reached; from in there nothing but this
// machine can.
//
// Several nodes are several kubelets with a containerd each. They share the
// machine's kernel, its network and one kube-proxy, and differ in all that a
// scheduler sees.
//
// Needs root and the Debian packages that needs.Nodes names.
package nodes
