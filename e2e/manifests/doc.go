// Package manifests reads what users install, deploy/manifests, for those who
// must agree with it: tests, and the servers that they run outside a cluster.
package manifests
