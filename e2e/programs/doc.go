// Package programs builds the programs of a test cluster from Go modules.
//
// Their versions are those of e2e/go.mod, or of the go.mod of programs whose
// dependencies clash with it (programs/containerd, programs/coredns), and stand
// nowhere else. What was built
// is kept in the user's cache folder and found again by version: the first call
// takes minutes, each later one milliseconds.
package programs
