// Command testgate reads the output of `go test -json` and prints what a human
// wants of it: a line a package, the output of what failed, and a count.
//
// It fails when a test failed, was skipped, or when none ran: a green run must
// mean that tests passed.
//
//	go test -json ./... | testgate NAME
//	go test -json ./... | testgate -each NAME   a line for each test that passed
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	each := flag.Bool("each", false, "print a line for each test that passed")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: go test -json ./... | testgate [-each] NAME")
		os.Exit(2)
	}
	g := newGate(os.Stdout)
	g.each = *each
	err := g.read(os.Stdin)
	if err == nil {
		err = g.verdict(flag.Arg(0))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "testgate:", err)
		os.Exit(1)
	}
}
