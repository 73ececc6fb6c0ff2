// Package spark makes a real Spark of PyPI's pyspark and a Debian: a SPARK_HOME
// for spark-submit on this machine, and a container image for drivers and
// executors.
//
// The image keeps to the contract between Spark's Kubernetes backend and its
// image (entrypoint, user, paths); entrypoint.sh here is our own. What was made
// is kept in the user's cache folder and found again by version: the first call
// takes two minutes, each later one milliseconds.
package spark
