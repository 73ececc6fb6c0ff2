// Package product builds the product's own programs for tests and the demo: as
// they stand in this work tree, in their own module, so with the versions of
// the dependencies that users get and not those of the tests.
package product
