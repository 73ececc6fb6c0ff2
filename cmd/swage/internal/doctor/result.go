package doctor

import (
	"fmt"
	"slices"
)

// State is what a check found.
type State string

// The states, from the best to the worst.
const (
	// Skipped says that the question does not arise, or that another check has the answer.
	Skipped State = "skipped"
	OK      State = "ok"
	// Unknown says that it could not look, and why.
	Unknown State = "unknown"
	// Warning is what works and will hurt some day, or may not be meant.
	Warning State = "warning"
	Failed  State = "failed"
)

// Result is one thing that a check has to say. A check that found several
// problems has several results, one that found none has one.
type Result struct {
	Check ID    `json:"check"`
	State State `json:"state"`
	// Installation is the one that it is about: namespace/Service; "" for the whole cluster.
	Installation string `json:"installation,omitempty"`
	// Message says what was found, and where.
	Message string `json:"message"`
	// Do is a command that mends it or says more; "" for none.
	Do string `json:"do,omitempty"`
}

// Fails tells whether one of the results is a failure.
func Fails(all []Result) bool {
	return slices.ContainsFunc(all, func(r Result) bool { return r.State == Failed })
}

// finding is a Result of which the check and the installation are known.
type finding struct {
	state       State
	message, do string
}

func ok(format string, args ...any) []finding { return one(OK, "", format, args...) }

func skip(format string, args ...any) []finding { return one(Skipped, "", format, args...) }

// warn and fail begin with what to do.
func warn(do, format string, args ...any) []finding { return one(Warning, do, format, args...) }

func fail(do, format string, args ...any) []finding { return one(Failed, do, format, args...) }

func one(state State, do, format string, args ...any) []finding {
	return []finding{{state, fmt.Sprintf(format, args...), do}}
}

// orElse is problems, or where there are none what is good.
func orElse(problems []finding, format string, args ...any) []finding {
	if len(problems) > 0 {
		return problems
	}
	return ok(format, args...)
}
