// Package shapehere compares the pods that swage submit --shape here makes with
// those of the same submissions that swage-webhook shapes, as the same API server
// stores them.
package shapehere
