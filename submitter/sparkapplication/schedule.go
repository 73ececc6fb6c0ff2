package sparkapplication

import (
	"cmp"
	"strings"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/cron"
)

// scheduleRows are ScheduledSparkApplication's own.
var scheduleRows = []row{
	{"schedule", Mapped, "the CronJob's schedule, `@every 3m` included; `TZ=` or `CRON_TZ=` before it is its time zone", (*mapping).takeSchedule, true},
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
	zoneField := "timeZone"
	s := &submitter.ScheduleOptions{Name: m.app.Name, Cron: strings.TrimSpace(m.schedule.Schedule), TimeZone: m.schedule.TimeZone}
	m.app.Schedule = s
	for _, prefix := range []string{"CRON_TZ=", "TZ="} {
		if rest, found := strings.CutPrefix(s.Cron, prefix); found {
			s.TimeZone, s.Cron, _ = strings.Cut(rest, " ")
			s.Cron, zoneField = strings.TrimSpace(s.Cron), "schedule"
			break
		}
	}
	if s.TimeZone == "Local" {
		s.TimeZone = ""
	}
	if err := cron.Check(s.Cron); err != nil {
		m.invalidSchedule("schedule", "%v", err)
	}
	if err := cron.CheckZone(s.TimeZone); err != nil {
		m.invalidSchedule(zoneField, "%v", err)
	}
	if len(m.app.Name) > longestSchedule {
		m.problems = append(m.problems, m.document.problem([]string{"metadata", "name"}, "%d characters: a schedule's name has %d at most, for Kubernetes appends to it", len(m.app.Name), longestSchedule))
	}
}

// longestSchedule is the longest name of a CronJob.
const longestSchedule = 52
