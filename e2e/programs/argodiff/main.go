// Command argodiff reads manifests, and says in one line each what Argo CD would
// find out of sync in a cluster. It compares by the function that Argo CD calls,
// in each of the ways that Argo CD can be told to: by what was last applied
// (its default), by the managers of fields (ServerSideApply=true), and by a dry
// run of the API server (ServerSideDiff=true).
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
)

func main() {
	kubeconfig := flag.String("kubeconfig", "", "kubeconfig file")
	way := flag.String("way", "last-applied", "last-applied, managers or dry-run")
	flag.Parse()
	if err := run(context.Background(), os.Stdout, *kubeconfig, *way); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
