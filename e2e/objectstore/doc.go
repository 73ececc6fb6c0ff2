// Package objectstore runs a real S3-compatible server for tests, as a process
// that keeps its objects in a folder.
package objectstore
