// Package app is the command line of swage-webhook: flags, kubeconfig, logging,
// and putting the server together.
package app
