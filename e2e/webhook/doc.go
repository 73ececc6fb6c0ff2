// Package webhook holds the tests of the real swage-webhook on a real API
// server: pods are created as Spark creates them, and what counts is what the
// API server stored, answered, and wrote into its audit log.
//
// The failures that other mutating webhooks are known for each have a test of
// their own; catalogue.md lists them.
package webhook
