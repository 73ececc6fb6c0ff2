// Package namenode is a service of Hadoop's that wants a ticket: a pod of Spark's image in which Hadoop's own RPC server
// answers HDFS clients. NameNode.java says what it answers; Janino, which is among Spark's jars, compiles it in the
// pod. It has no files: what matters is who is let in, and by what.
package namenode
