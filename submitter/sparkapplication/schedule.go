package sparkapplication

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"swage.dev/swage/submitter"
)

// scheduleRows are ScheduledSparkApplication's own.
var scheduleRows = []row{
	{"schedule", Refused, "the CronJob's schedule; `TZ=` or `CRON_TZ=` before it is its time zone. `@every TIME` is refused: Kubernetes has no such thing; approximated it is at the minutes or hours that are multiples of it, where it divides an hour or a day", (*mapping).takeSchedule, true},
	{"timeZone", Mapped, "the CronJob's time zone; `Local` is that of Kubernetes' controllers", nil, true},
	{"template", Mapped, "the application: all rows above", nil, true},
	{"suspend", Mapped, "the CronJob's `suspend`", func(m *mapping) { m.app.Schedule.Suspend = m.schedule.Suspend != nil && *m.schedule.Suspend }, true},
	{"concurrencyPolicy", Mapped, "the CronJob's; `Allow` unless it says otherwise", func(m *mapping) {
		policy := cmp.Or(m.schedule.ConcurrencyPolicy, "Allow")
		if policy != "Allow" && policy != "Forbid" && policy != "Replace" {
			m.invalidSchedule("concurrencyPolicy", "%q is not known: expected Allow, Forbid or Replace", policy)
		}
		m.app.Schedule.Concurrency = policy
	}, true},
	{"successfulRunHistoryLimit", Mapped, "the CronJob's `successfulJobsHistoryLimit`; 1 unless it says otherwise", func(m *mapping) {
		m.app.Schedule.HistorySuccess = m.history("successfulRunHistoryLimit", m.schedule.SuccessfulRunHistoryLimit)
	}, true},
	{"failedRunHistoryLimit", Mapped, "the CronJob's `failedJobsHistoryLimit`; 1 unless it says otherwise", func(m *mapping) {
		m.app.Schedule.HistoryFailed = m.history("failedRunHistoryLimit", m.schedule.FailedRunHistoryLimit)
	}, true},
}

func (m *mapping) invalidSchedule(field, format string, args ...any) {
	m.problems = append(m.problems, m.document.problem([]string{"spec", field}, format, args...))
}

func (m *mapping) history(field string, limit *int32) *int {
	if limit == nil {
		return new(1)
	}
	if *limit < 0 {
		m.invalidSchedule(field, "%d: expected 0 or more", *limit)
	}
	return new(int(*limit))
}

func (m *mapping) takeSchedule() {
	s := &submitter.ScheduleOptions{Name: m.app.Name, Cron: strings.TrimSpace(m.schedule.Schedule), TimeZone: m.schedule.TimeZone}
	m.app.Schedule = s
	for _, prefix := range []string{"CRON_TZ=", "TZ="} {
		if rest, found := strings.CutPrefix(s.Cron, prefix); found {
			s.TimeZone, s.Cron, _ = strings.Cut(rest, " ")
			s.Cron = strings.TrimSpace(s.Cron)
			break
		}
	}
	if s.TimeZone == "Local" {
		s.TimeZone = ""
	}
	if every, found := strings.CutPrefix(s.Cron, "@every "); found {
		m.takeInterval(s, strings.TrimSpace(every))
	}
}

// takeInterval is what comes nearest to an interval that begins when the
// controller does.
func (m *mapping) takeInterval(s *submitter.ScheduleOptions, text string) {
	interval, err := time.ParseDuration(text)
	cron := multiples(interval)
	switch {
	case err != nil || interval <= 0:
		m.invalidSchedule("schedule", "@every %s: expected a time such as 30m", text)
	case cron == "":
		m.invalidSchedule("schedule", "@every %s: Kubernetes has no intervals; write a cron expression, such as 0 */2 * * *", text)
	case m.options.Approximate:
		m.warnings = append(m.warnings, m.document.problem([]string{"spec", "schedule"}, "Kubernetes has no intervals: it runs at %q, by the clock", cron))
	default:
		m.invalidSchedule("schedule", "@every %s: Kubernetes has no intervals; with --approximate it runs at %q, by the clock", text, cron)
	}
	s.Cron = cron
}

// multiples is a cron expression for the multiples of an interval, "" where
// they do not meet the hour's or the day's end.
func multiples(interval time.Duration) string {
	minutes, hours := int(interval.Minutes()), int(interval.Hours())
	switch {
	case interval <= 0:
		return ""
	case interval%time.Hour == 0 && hours == 24:
		return "0 0 * * *"
	case interval%time.Hour == 0 && hours < 24 && 24%hours == 0:
		return fmt.Sprintf("0 */%d * * *", hours)
	case interval%time.Minute == 0 && minutes < 60 && 60%minutes == 0:
		return fmt.Sprintf("*/%d * * * *", minutes)
	}
	return ""
}
