package main

import (
	"swage.dev/swage/e2e/nodes"
	"swage.dev/swage/e2e/programs"
)

// chosen are the programs that the command line names.
func chosen(args []string) (names []programs.Name) {
	if len(args) == 0 {
		return append(programs.ControlPlane(), programs.Chart()...)
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
