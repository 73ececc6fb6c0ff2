// Package manifest reads files of Kubernetes objects as kubectl does: YAML of
// several documents, streams of JSON, Lists, folders, and standard input.
//
// It promises that nothing is lost on the way: JSON is kept byte for byte, and
// the digits of numbers survive also in YAML, where kubectl's own reading goes
// through floating point. It is not strict: repeated and unknown keys are the
// reader's business, as they are the API server's.
package manifest
