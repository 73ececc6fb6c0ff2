// Command testgate reads the output of `go test -json` and prints what a human
// wants of it: a line a package, the output of what failed, and a count.
//
// It fails when a test failed, was skipped, or when none ran: a green run must
// mean that tests passed.
//
//	go test -json ./... | testgate NAME
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go test -json ./... | testgate NAME")
		os.Exit(2)
	}
	g := newGate(os.Stdout)
	err := g.read(os.Stdin)
	if err == nil {
		err = g.verdict(os.Args[1])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "testgate:", err)
		os.Exit(1)
	}
}
