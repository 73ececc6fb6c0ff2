// Package s3 puts files into a bucket of an S3-compatible object store, as Hadoop's s3a does for spark-submit: it is told how by
// the same settings, fs.s3a.*, those of one bucket (fs.s3a.bucket.NAME.*) before those of all.
//
// No error and nothing else that it says has a secret in it.
package s3
