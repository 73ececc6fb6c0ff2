// Package podsecurity tells which level of the Pod Security Standards a pod
// keeps, as of Kubernetes 1.36, and what keeps it from a higher one.
//
// It is a small table of our own, because the library drags half of an API
// server in; a test compares the two on pods that break every rule.
package podsecurity
