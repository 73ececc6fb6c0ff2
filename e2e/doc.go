// Package e2e is the module of Swage's tests against real programs: a real
// API server now, a real node and real Spark on top of it.
//
// It is a module of its own so that Kubernetes and etcd, which the tests build
// and whose defaulting and validation they call, never enter the dependencies
// of the product. The packages form a ladder:
//
//	process      one child process: log, readiness, an end in every case
//	programs     the programs, built once from Go modules
//	audit        what the API server recorded about a request
//	openapi      the API server's schema of a pod template
//	podrules     the API server's defaulting and validation, in process
//	cluster      etcd and kube-apiserver, started and stopped
//	webhooktest  a webhook behind TLS and its registration
//	clustertest  all of it for a test: one server a package, a namespace a test
//	product      the product's own programs, built from this work tree
//	swagewebhook the real swage-webhook beside an API server
//	swagetest    both for a test, and the pods and templates that tests use
package e2e
