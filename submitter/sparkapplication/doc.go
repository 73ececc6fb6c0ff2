// Package sparkapplication reads the manifests of kubeflow's Spark operator,
// SparkApplication and ScheduledSparkApplication of sparkoperator.k8s.io/v1beta2,
// and turns them into what swage submit would have been told: there is one
// planning engine, and this package only speaks to it. It reaches no cluster
// and no file.
//
// One table, Fields, says of every field of the API what becomes of it: it is
// mapped, approximated with a warning that names the difference, or refused by
// name. Reading is strict: unknown fields, wrong types and what is missing are
// errors with their lines.
package sparkapplication
