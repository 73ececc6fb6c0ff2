// Command fluxdiff reads manifests, and says in one line each what Flux would
// change in a cluster: its kustomize-controller, which applies them, and its
// helm-controller, which looks for drift in what Helm installed. They do it by
// the functions that are called here. With -apply the first one applies them.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
)

func main() {
	kubeconfig := flag.String("kubeconfig", "", "kubeconfig file")
	apply := flag.Bool("apply", false, "apply the manifests")
	flag.Parse()
	if err := run(context.Background(), os.Stdout, *kubeconfig, *apply); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
