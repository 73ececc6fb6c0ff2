// Package podsecurity compares swage's table of the Pod Security Standards with
// the API server's own.
package podsecurity
