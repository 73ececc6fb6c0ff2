// Package scenarios proves what users are promised: with a real spark-submit,
// on real nodes, by what the jobs themselves saw. Its tests are behind the
// build tag node, for they need root: `make e2e` runs them.
package scenarios
