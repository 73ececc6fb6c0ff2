// Package explained prints what shaping did to a pod as people read it: the YAML
// that changed, one line a thing, and beside each line the template that wanted
// it, as git blame does for authors.
package explained
