// Command certmanager runs cert-manager's own controllers for Certificates,
// the requests they make, and Issuers of the kinds CA and SelfSigned.
//
// cert-manager's main program is in a module that no proxy can serve: its
// go.mod has another path than the folder it is in. This one starts the same
// controllers in the same way. Left out are the kinds of issuers that need a
// server elsewhere; cert-manager's webhook, which checks what users write, for
// the tests' API server checks by the same CustomResourceDefinitions; its
// injector, for swage-webhook writes its bundle itself; and leader election,
// for there is one of it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	kubeconfig := flag.String("kubeconfig", "", "kubeconfig file")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	err := run(ctx, *kubeconfig)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
