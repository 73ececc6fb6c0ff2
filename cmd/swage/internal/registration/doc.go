// Package registration reads entries of webhook configurations as the API server
// acts by them: which are Swage's, where they call, and whether they are about new pods.
package registration
