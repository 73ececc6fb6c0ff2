// Package sparkoperator holds swage submit -f against the Spark operator's own
// Go types: the fields that they have, and what they write.
package sparkoperator
