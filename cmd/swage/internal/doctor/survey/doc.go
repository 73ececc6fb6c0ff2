// Package survey reads of a cluster what package doctor judges. What may not be
// read is noted with the right that it takes; nothing is changed, and nothing is
// created but by dry run.
package survey
