// Package doctor installs the chart by Helm on a real API server, gives it
// replicas that really serve, and breaks one thing at a time: swage doctor tells
// that thing, and nothing else.
//
// There are no nodes. What controllers and kubelets would write, the tests
// write: pods with the addresses of swage-webhook's processes, and the endpoints
// by which the API server calls them.
package doctor
