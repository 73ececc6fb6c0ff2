// Command needs prints the Debian packages that tests on real nodes need and
// this machine lacks, one a line; nothing if it has all.
package main

import (
	"context"
	"fmt"

	"swage.dev/swage/e2e/nodes"
	"swage.dev/swage/e2e/spark"
)

func main() {
	for _, name := range append(nodes.Missing(), spark.Missing(context.Background())...) {
		fmt.Println(name)
	}
}
