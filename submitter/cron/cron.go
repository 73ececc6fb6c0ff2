// Package cron tells whether Kubernetes takes a CronJob's schedule, before
// anything is created, in words for whoever wrote it.
package cron

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// field is one of the five of a schedule.
type field struct {
	what     string
	min, max int
	names    []string // of the numbers from min on
}

var five = []field{
	{what: "minute", max: 59},
	{what: "hour", max: 23},
	{what: "day of the month", min: 1, max: 31},
	{what: "month", min: 1, max: 12, names: []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}},
	{what: "day of the week", max: 6, names: []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}},
}

// macros are schedules that have names. "@every" takes a time.
var macros = []string{"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"}

const everyPrefix = "@every "

// Check refuses what Kubernetes does not take for a CronJob's schedule, and
// days that never come.
func Check(text string) error {
	switch {
	case strings.Contains(text, "TZ"):
		return fmt.Errorf("the schedule %q holds a time zone, which has a place of its own: --time-zone, or timeZone of a manifest", text)
	case strings.HasPrefix(text, everyPrefix):
		if every, err := time.ParseDuration(text[len(everyPrefix):]); err != nil || every < time.Second {
			return fmt.Errorf("the schedule %q: expected a time after @every, such as @every 1h30m", text)
		}
		return nil
	case strings.HasPrefix(text, "@"):
		if !slices.Contains(macros, text) {
			return fmt.Errorf("the schedule %q: expected %s, or five fields", text, strings.Join(macros, ", "))
		}
		return nil
	}
	fields := strings.Fields(text)
	if len(fields) != len(five) {
		return fmt.Errorf("the schedule %q has %d fields: expected five, minute, hour, day of the month, month and day of the week, such as \"*/5 * * * *\"", text, len(fields))
	}
	sets := make([][]bool, len(fields))
	for i, field := range fields {
		var problem string
		if sets[i], problem = five[i].parse(field); problem != "" {
			return fmt.Errorf("the schedule %q: the %s is %q: %s", text, five[i].what, field, problem)
		}
	}
	if everyDay(fields[4]) && !comes(sets[2], sets[3]) {
		return fmt.Errorf("the schedule %q never comes: no month that it names has such a day", text)
	}
	return nil
}

func everyDay(week string) bool { return strings.HasPrefix(week, "*") || strings.HasPrefix(week, "?") }

// longestMonth is how many days each month may have.
var longestMonth = [...]int{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// comes tells whether one of the months has one of the days.
func comes(days, months []bool) bool {
	for month, length := range longestMonth {
		if months[month+1] && slices.Contains(days[:length+1], true) {
			return true
		}
	}
	return false
}

// parse is which numbers a field names, or what is wrong with it.
func (f *field) parse(text string) (named []bool, problem string) {
	named = make([]bool, f.max+1)
	for part := range strings.SplitSeq(text, ",") {
		first, last, step, problem := f.part(part)
		if problem != "" {
			return nil, problem
		}
		for n := first; n <= last; n += step {
			named[n] = true
		}
	}
	return named, ""
}

// part is *, N, N-M, each with a step.
func (f *field) part(text string) (first, last, step int, problem string) {
	span, every, stepped := strings.Cut(text, "/")
	if step = 1; stepped {
		var err error
		if step, err = strconv.Atoi(every); err != nil || step < 1 {
			return 0, 0, 0, "expected a number, 1 or more, after the /"
		}
	}
	first, last, known := f.span(span, stepped)
	if !known || first < f.min || last > f.max || first > last {
		return 0, 0, 0, f.expected()
	}
	return first, last, step, ""
}

// span is *, N, N-M. With a step N means all from N on.
func (f *field) span(text string, stepped bool) (first, last int, known bool) {
	if text == "*" || text == "?" {
		return f.min, f.max, true
	}
	from, to, isRange := strings.Cut(text, "-")
	first, known = f.number(from)
	switch {
	case isRange:
		last, isRange = f.number(to)
		return first, last, known && isRange
	case stepped:
		return first, f.max, known
	}
	return first, first, known
}

func (f *field) number(text string) (int, bool) {
	if at := slices.Index(f.names, strings.ToLower(text)); at >= 0 {
		return at + f.min, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil
}

func (f *field) expected() string {
	text := "expected *, or numbers from " + strconv.Itoa(f.min) + " to " + strconv.Itoa(f.max)
	if f.names != nil {
		text += ", or " + f.names[0] + " to " + f.names[len(f.names)-1]
	}
	return text
}

// CheckZone refuses what Kubernetes does not take for a CronJob's time zone. None is
// that of the cluster. It looks in the machine's database of zones; a program
// for machines that may have none links time/tzdata.
func CheckZone(name string) error {
	if name == "" {
		return nil
	}
	if _, err := time.LoadLocation(name); err != nil || strings.EqualFold(name, "Local") {
		return fmt.Errorf("the time zone %q is not known: expected a name of the time zone database, such as Europe/Berlin or Etc/UTC", name)
	}
	return nil
}
