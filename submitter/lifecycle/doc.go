// Package lifecycle is what happens to one Spark application on a cluster, from
// the creation of its objects to its end: it is created so that nothing is ever
// left without an owner (Apply), given its executors (Keep, Scale), waited for
// (Wait), looked at (Find, Applications, Logs, Events, PostMortem) and ended
// (Kill).
//
// What the objects are is package submitter's to say, how the API server is
// reached package apiserver's. It knows applications by Spark's labels, whoever
// submitted them.
package lifecycle
