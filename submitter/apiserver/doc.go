// Package apiserver talks to a Kubernetes API server: the few calls that an
// application's life takes, without the weight of a generated client. It knows
// nothing of Spark.
package apiserver
