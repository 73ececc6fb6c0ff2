package submitter

import (
	"fmt"
	"math"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/validation"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/submitter/cron"
)

// JobOptions leave retries, time limits and the removal of an application to
// Kubernetes' own Job controller (S21). The zero value asks for nothing.
type JobOptions struct {
	// Retries is how many drivers are started after the first one failed, each as
	// an application with an id of its own. A driver that the cluster takes away
	// (drained, preempted) does not count. Default 0.
	Retries int

	// Deadline is how long the application may take, all attempts together, in
	// full seconds. Alone it is the driver's pod's, and takes no Job. Default 0:
	// as long as it likes.
	Deadline time.Duration

	// TTL is how long the Job stays when it has ended, in full seconds. Then
	// Kubernetes removes it with all that it owns, logs included. Default 0:
	// until somebody deletes it.
	TTL time.Duration

	// Suspend leaves the Job suspended, for a queueing system or a person to
	// resume. Default false.
	Suspend bool
}

// What Kubernetes can count to: an int32 of tries, and one of seconds (68 years).
const (
	MostRetries  = math.MaxInt32
	LongestLimit = math.MaxInt32 * time.Second
)

// wraps tells whether it takes a Job.
func (o *JobOptions) wraps() bool { return o != nil && (o.Retries != 0 || o.TTL != 0 || o.Suspend) }

func (o *JobOptions) check() error {
	if o.Retries < 0 || o.Retries > MostRetries {
		return refuse("--retries is %d: expected a number, 0 to %d", o.Retries, MostRetries)
	}
	for _, limit := range []struct {
		option string
		value  time.Duration
	}{{"--deadline", o.Deadline}, {"--ttl", o.TTL}} {
		if limit.value < 0 || limit.value%time.Second != 0 || limit.value > LongestLimit {
			return refuse("%s is %s: expected full seconds, such as 90s, 15m or 2h, at most %s", limit.option, limit.value, LongestLimit)
		}
	}
	return nil
}

// ScheduleOptions have Kubernetes' own CronJob controller run the application
// again and again (S21), each run by a Job of its own.
type ScheduleOptions struct {
	// Cron says when: five fields (minute, hour, day of the month, month, day of
	// the week) or @hourly, @daily, @weekly, @monthly, @yearly. Required.
	Cron string

	// Name is the CronJob's: a DNS label of at most 52 characters. Default: the
	// application's name.
	Name string

	// TimeZone is a name of the time zone database, such as Europe/Berlin.
	// Default: that of the cluster's controllers, mostly UTC.
	TimeZone string

	// Concurrency says what happens when a run is due and the last one goes on:
	// Allow, Forbid or Replace. Default Allow.
	Concurrency string

	// HistorySuccess and HistoryFailed are how many Jobs that ended are kept.
	// Default nil: Kubernetes keeps 3 and 1.
	HistorySuccess, HistoryFailed *int

	// Suspend creates the schedule without starting it. Default false.
	Suspend bool
}

// longestSchedule leaves room for the numbers that Kubernetes appends to the names of runs.
const longestSchedule = 52

func (o *ScheduleOptions) check() error {
	if err := cron.Check(o.Cron); err != nil {
		return err
	}
	if err := cron.CheckZone(o.TimeZone); err != nil {
		return fmt.Errorf("--time-zone: %w", err)
	}
	switch o.Concurrency {
	case "", "Allow", "Forbid", "Replace":
	default:
		return refuse("--concurrency is %q: expected Allow, Forbid or Replace", o.Concurrency)
	}
	for option, count := range map[string]*int{"--history-success": o.HistorySuccess, "--history-failed": o.HistoryFailed} {
		if count != nil && (*count < 0 || *count > math.MaxInt32) {
			return refuse("%s is %d: expected a number, 0 to %d", option, *count, math.MaxInt32)
		}
	}
	if o.Name != "" && (len(o.Name) > longestSchedule || len(validation.IsDNS1123Label(o.Name)) > 0) {
		return refuse("--name is %q: a schedule's name has lower case letters, digits and - only, and at most %d of them", o.Name, longestSchedule)
	}
	return nil
}

// chooseJob settles whether a Job runs the driver, and refuses what no two
// attempts can share.
func (b *build) chooseJob() error {
	if o := b.options.Job; o != nil {
		if err := o.check(); err != nil {
			return err
		}
	}
	if o := b.options.Schedule; o != nil {
		if err := o.check(); err != nil {
			return err
		}
	}
	if b.shell == nil && b.options.Schedule == nil && !b.options.Job.wraps() {
		return nil
	}
	b.inJob = true
	return b.checkShared()
}

// notShared are settings by which attempts would get in each other's way.
var notShared = []string{keyDriverPod, keyExecutorPrefix}

func (b *build) checkShared() error {
	for _, key := range notShared {
		if b.conf.Has(key) {
			return refuse("%s=%s: a Job gives each attempt a name of its own: leave it out", key, b.conf.Get(key))
		}
	}
	if !b.newIDs() {
		return nil
	}
	for _, prefix := range []string{keyDriverLabel, keyDriverNote} {
		for key, value := range b.conf.Prefixed(prefix) {
			if strings.Contains(value, appIDInText) {
				return refuse("%s%s has %s: a Job gives each attempt an id of its own, which its pod template cannot know", prefix, key, appIDInText)
			}
		}
	}
	return nil
}

// chooseJobName is that of the Job or the CronJob. All their pods are labelled with it.
func (b *build) chooseJobName() error {
	if !b.inJob {
		return nil
	}
	b.jobName = shortened(b.prefix)
	if o := b.options.Schedule; o != nil {
		b.jobName = firstOf(o.Name, scheduleName(b.conf.Raw(keyAppName)))
		if b.jobName == "" {
			return refuse("the application's name %q makes no name for a schedule: give one by swage schedule --name", b.conf.Raw(keyAppName))
		}
	}
	b.conf.SetMissing(keyExecutorLabel+JobLabel, b.jobName)
	return nil
}

// shortened is a prefix as the name of a Job, which is a label's value: its end is what makes it unique.
func shortened(prefix string) string { return shortenedTo(prefix, dnsLabel) }

func shortenedTo(prefix string, most int) string {
	if len(prefix) <= most {
		return prefix
	}
	unique := prefix[strings.LastIndexByte(prefix, '-'):]
	return strings.TrimRight(prefix[:most-len(unique)], "-") + unique
}

func scheduleName(appName string) string {
	name := strings.Trim(plainName(appName), "-")
	return strings.TrimRight(name[:min(len(name), longestSchedule)], "-")
}

// JobLabel is on all pods of an application that a Job or a CronJob runs: the
// name of that. Drivers of a Job have no spark-app-selector, since each attempt
// has another id.
const JobLabel = podtemplate.Domain + "job"

// newIDs tells whether each attempt of a Job is another application: of a shell
// there is but one.
func (b *build) newIDs() bool { return b.inJob && b.shell == nil }

// identity labels what belongs to the application.
func (b *build) identity() map[string]string {
	if b.newIDs() {
		return map[string]string{JobLabel: b.jobName}
	}
	return map[string]string{podtemplate.AppIDLabel: b.appID}
}
