// Package process runs one program of a test cluster as a child of the test.
//
// A child never outlives its parent: it ends by [Process.Stop], or the kernel
// kills it when the test dies, even by SIGKILL. Its output goes to a file, so
// that a failure can be read afterwards. Linux only.
package process
