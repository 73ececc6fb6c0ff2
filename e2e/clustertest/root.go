package clustertest

import (
	"testing"

	"swage.dev/swage/e2e/product"
)

// Root is the product's folder.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := product.Root(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
