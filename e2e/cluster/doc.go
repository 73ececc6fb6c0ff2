// Package cluster runs a real Kubernetes control plane on this machine: etcd
// and kube-apiserver with its default admission plugins, on free ports of the
// loopback interface, in a folder of its own, in a few seconds, without root.
//
// There are no controllers and no nodes: a pod that was created stays Pending,
// as the API server stored it. That is all that admission needs.
package cluster
