// Package sidebyside runs real spark-submits and swage submit with the same
// command lines against the same API server, and compares what it stored. There
// is no node: what counts are the objects. It needs a JRE and Spark's home
// (package spark), as the tests on nodes do, and so has their build tag.
package sidebyside
