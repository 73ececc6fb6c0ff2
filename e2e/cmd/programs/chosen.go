package main

import (
	"slices"

	"swage.dev/swage/e2e/nodes"
	"swage.dev/swage/e2e/programs"
)

// chosen are the programs that the command line names.
func chosen(args []string) (names []programs.Name) {
	if len(args) == 0 {
		return slices.Concat(programs.ControlPlane(), programs.Chart(), programs.Release(), programs.Stores(), programs.GitOps())
	}
	for _, arg := range args {
		if arg == "node" {
			names = append(names, nodes.Programs()...)
			continue
		}
		names = append(names, programs.Name(arg))
	}
	return names
}
