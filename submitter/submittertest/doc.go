// Package submittertest is what tests of the submitter share: the recorded
// command lines, what hides the parts of objects that are new in every
// submission, and which differences from spark-submit are intended.
package submittertest
