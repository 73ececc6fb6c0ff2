package app

import (
	"bytes"
	"fmt"
	"strings"
	"text/tabwriter"

	"swage.dev/swage/cmd/swage/internal/doctor"
)

// mostLines is how many problems of one check people are told.
const mostLines = 10

// doctorTable is results for people: one line each.
func doctorTable(results []doctor.Result) []byte {
	var out bytes.Buffer
	columns := tabwriter.NewWriter(&out, 0, 0, columnGap, ' ', 0)
	several := severalInstallations(results)
	head := "STATE\tCHECK\t"
	if several {
		head += "INSTALLATION\t"
	}
	fmt.Fprintln(columns, head+"MESSAGE")
	for _, group := range grouped(results) {
		for i := range group {
			if i == mostLines {
				fmt.Fprintln(columns, row(&doctor.Result{
					Check: group[i].Check, State: group[i].State, Installation: group[i].Installation,
					Message: fmt.Sprintf("and %d more: swage doctor -o yaml has them all", len(group)-i),
				}, several))
				break
			}
			fmt.Fprintln(columns, row(&group[i], several))
		}
	}
	_ = columns.Flush() // into memory
	return out.Bytes()
}

// row is one result; the installation is told where there are several.
func row(r *doctor.Result, several bool) string {
	cells := []string{string(r.State), string(r.Check)}
	if several {
		cells = append(cells, oneLine(r.Installation))
	}
	message := r.Message
	if r.Do != "" {
		message += ". Do: " + r.Do
	}
	return strings.Join(append(cells, oneLine(message)), "\t")
}

// grouped are the results of each check of each installation together, as Judge has them in order.
func grouped(results []doctor.Result) (groups [][]doctor.Result) {
	start := 0
	for i := range results {
		last := i+1 == len(results)
		if last || results[i].Check != results[i+1].Check || results[i].Installation != results[i+1].Installation {
			groups = append(groups, results[start:i+1])
			start = i + 1
		}
	}
	return groups
}

func severalInstallations(results []doctor.Result) bool {
	names := map[string]bool{}
	for i := range results {
		names[results[i].Installation] = true
	}
	delete(names, "")
	return len(names) > 1
}

// doctorSummary counts the states, the worst first.
func doctorSummary(results []doctor.Result) string {
	counts := map[doctor.State]int{}
	for i := range results {
		counts[results[i].State]++
	}
	var parts []string
	for _, state := range []doctor.State{doctor.Failed, doctor.Warning, doctor.Unknown, doctor.OK, doctor.Skipped} {
		if counts[state] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[state], state))
		}
	}
	return strings.Join(parts, ", ")
}
