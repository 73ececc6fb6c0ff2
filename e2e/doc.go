// Package e2e is the module of Swage's tests against real programs: a real
// API server, real nodes and real Spark on top of it.
//
// It is a module of its own so that Kubernetes and etcd, which the tests build
// and whose defaulting and validation they call, never enter the dependencies
// of the product. The packages form a ladder:
//
//	process      one child process: log, readiness, an end in every case
//	programs     the programs, built once from Go modules
//	machine      a machine within this one, whose end leaves nothing
//	leftovers    what a machine or a cluster could leave behind
//	rundir       a run's folder, and what to do with a killed run's
//	image        container images as files, without a daemon
//	audit        what the API server recorded about a request
//	openapi      the API server's schema of a pod template
//	podrules     the API server's defaulting and validation, in process
//	cluster      etcd and kube-apiserver, started and stopped
//	needs        what this machine lacks to run nodes
//	nodes        a whole Kubernetes: controllers, kubelets, network, DNS
//	spark        a real Spark: a home for spark-submit, and its image
//	webhooktest  a webhook behind TLS and its registration
//	clustertest  all of it for a test: one server a package, a namespace a test
//	product      the product's own programs and image, built from this work tree
//	manifests    what users install, read for those who must agree with it
//	swagewebhook the real swage-webhook beside an API server
//	nodetest     nodes with swage-webhook on them, and Spark jobs, for a test
//	scenarios    what users are promised, by what real jobs saw
//	swagetest    both for a test, and the pods and templates that tests use
package e2e
