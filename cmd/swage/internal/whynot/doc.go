// Package whynot walks the chain that a pod passes on its way to being shaped:
// the registration, its selectors, the server's answer, the templates, and what
// became of their fields. It says of each link what is the case, and at which
// one the pod stopped.
//
// It looks only at what it is given, files or what was read of a cluster.
package whynot
