// Package submit tests the submitter against a real API server: that it takes
// what Swage creates, that a submission leaves no orphan wherever it is cut off,
// and that swage submit ends with the application's exit code. There is no node:
// a test plays the kubelet.
package submit
