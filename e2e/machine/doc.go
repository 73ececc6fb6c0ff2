// Package machine makes a machine inside this machine: network interfaces,
// firewall rules, mounts and processes of its own, so that a node of Kubernetes
// can do to it what nodes do and nothing of that is left on the real one.
//
// It is made of namespaces that a first process holds. When that process ends,
// by [Machine.Stop] or because the test that started it was killed, the kernel
// ends every process of the machine, down to the containers, and drops its
// mounts, interfaces and firewall rules. Only two things are not in a
// namespace: files, which the caller puts into a folder of its own, and control
// groups, which Stop removes, and Start where a killed run left some.
//
// Needs root, Linux, and the commands ip and mount.
package machine
