// Package submitter makes the objects of one Spark application from
// spark-submit's own command line, as spark-submit's Kubernetes client makes
// them, without a JVM.
//
// Plan is pure: what it reads of the client (environment, files, user), the
// clock and the randomness are handed to it, and the same inputs give the same
// objects. docs/submit.md lists where the objects differ from spark-submit's on
// purpose.
//
// It reaches no cluster: package lifecycle creates the objects, waits for the
// application, and tells about it.
package submitter
