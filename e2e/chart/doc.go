// Package chart renders and installs deploy/chart by the real Helm, for its
// tests and for deploy/manifests, which is one of its renders.
package chart
