// Package writecheck holds the tests of who may write templates, with a real
// API server's authentication, authorization and registrations.
package writecheck
