// Package certmanager runs cert-manager's controllers beside a cluster of the
// tests: the real ones, from its Go module. See e2e/programs/certmanager for
// what is left out.
package certmanager
