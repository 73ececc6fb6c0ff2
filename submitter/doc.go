// Package submitter makes the objects of one Spark application from
// spark-submit's own command line, as spark-submit's Kubernetes client makes
// them, without a JVM.
//
// Plan is pure: what it reads of the client (environment, files, user), the
// clock and the randomness are handed to it, and the same inputs give the same
// objects. docs/submit.md lists where the objects differ from spark-submit's on
// purpose.
//
// Apply creates the objects so that nothing is ever left without an owner, and
// Wait waits for the application's exit code.
package submitter
