// Command needs says what tests on real nodes need and this machine lacks:
//
//	needs          print the Debian packages, one a line; nothing if it has all
//	needs check    fail, with one sentence, unless it has all of them and root
package main

import (
	"context"
	"fmt"
	"os"
	"slices"

	"swage.dev/swage/e2e/needs"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	all := slices.Concat(needs.Nodes(), needs.Spark(), needs.Kerberos(), needs.Maven())
	switch {
	case len(args) == 1 && args[0] == "check":
		return needs.Check(ctx, all)
	case len(args) > 0:
		return fmt.Errorf("needs: expected check or nothing, got %q", args)
	}
	for _, name := range needs.Missing(ctx, all) {
		fmt.Println(name)
	}
	return nil
}
