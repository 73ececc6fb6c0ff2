package submitter_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/submittertest"
)

// S21: the CronJob, with what Kubernetes does where nothing is said.
func TestS21TheCronJob(t *testing.T) {
	const ignored = `"podFailurePolicy":{"rules":[{"action":"Ignore","onPodConditions":[{"type":"DisruptionTarget","status":"True"}]}]}`
	const template = `"template":{"metadata":{},"spec":{"containers":null}}`
	for _, row := range []struct {
		rule     string
		schedule submitter.ScheduleOptions
		job      *submitter.JobOptions
		name     string
		want     string
	}{
		{
			"nothing is said",
			submitter.ScheduleOptions{Cron: "@daily"},
			nil, "night-run",
			`{"schedule":"@daily","concurrencyPolicy":"Allow","jobTemplate":{"metadata":{},"spec":{` + ignored + `,"backoffLimit":0,` + template + `,"podReplacementPolicy":"Failed"}}}`,
		},
		{
			"all is said",
			submitter.ScheduleOptions{
				Cron: "0 3 * * 1-5", Name: "nightly", TimeZone: "Europe/Berlin", Concurrency: "Forbid", HistorySuccess: new(5), HistoryFailed: new(0), Suspend: true,
			},
			&submitter.JobOptions{Retries: 2, Deadline: time.Hour, TTL: time.Minute}, "nightly",
			`{"schedule":"0 3 * * 1-5","timeZone":"Europe/Berlin","concurrencyPolicy":"Forbid","suspend":true,"jobTemplate":{"metadata":{},"spec":{"activeDeadlineSeconds":3600,` + ignored +
				`,"backoffLimit":2,` + template + `,"ttlSecondsAfterFinished":60,"podReplacementPolicy":"Failed"}},"successfulJobsHistoryLimit":5,"failedJobsHistoryLimit":0}`,
		},
		{
			"a deadline alone is each run's",
			submitter.ScheduleOptions{Cron: "@daily"},
			&submitter.JobOptions{Deadline: time.Minute}, "night-run",
			`{"schedule":"@daily","concurrencyPolicy":"Allow","jobTemplate":{"metadata":{},"spec":{"activeDeadlineSeconds":60,` + ignored + `,"backoffLimit":0,` + template + `,"podReplacementPolicy":"Failed"}}}`,
		},
	} {
		objects := submittertest.Request{Version: "4.1.2", Args: []string{"--name", "Night Run"}, Job: row.job, Schedule: &row.schedule}.Must(t)
		cron := objects.CronJob
		if cron.Name != row.name || cron.Spec.JobTemplate.Spec.Template.Labels[submitter.JobLabel] != row.name || objects.Job != nil || objects.Driver.Spec.ActiveDeadlineSeconds != nil {
			t.Errorf("%s: %s, %v", row.rule, cron.Name, cron.Spec.JobTemplate.Labels)
		}
		cron.Spec.JobTemplate.Labels, cron.Spec.JobTemplate.Spec.Template = nil, corev1.PodTemplateSpec{}
		if got := asJSON(t, cron.Spec); got != row.want {
			t.Errorf("%s: got %s\nwant %s", row.rule, got, row.want)
		}
	}
}

// S21: bad input is refused before anything is created, in one sentence.
func TestS21WhatAScheduleRefuses(t *testing.T) {
	for _, row := range []struct {
		rule string
		submitter.ScheduleOptions
		args []string
		says string
	}{
		{"no cron expression", submitter.ScheduleOptions{Cron: "every night"}, nil, `the schedule "every night" has 2 fields`},
		{"no time zone", submitter.ScheduleOptions{Cron: "@daily", TimeZone: "Mars/Olympus"}, nil, "Mars/Olympus"},
		{"a zone that is each machine's own", submitter.ScheduleOptions{Cron: "@daily", TimeZone: "local"}, nil, "--time-zone"},
		{"no policy", submitter.ScheduleOptions{Cron: "@daily", Concurrency: "forbid"}, nil, "expected Allow, Forbid or Replace"},
		{"a history of the future", submitter.ScheduleOptions{Cron: "@daily", HistoryFailed: new(-1)}, nil, "--history-failed is -1"},
		{"no name", submitter.ScheduleOptions{Cron: "@daily", Name: "Nightly"}, nil, `--name is "Nightly"`},
		{"a name without room for runs", submitter.ScheduleOptions{Cron: "@daily", Name: strings.Repeat("a", 53)}, nil, "at most 52"},
		{"a name that is all signs", submitter.ScheduleOptions{Cron: "@daily"}, []string{"--name", "!!!"}, "give one by swage schedule --name"},
	} {
		_, err := submitter.Plan(submittertest.Request{Version: "4.1.2", Args: row.args, Schedule: &row.ScheduleOptions}.Options(t))
		if !errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), row.says) {
			t.Errorf("%s: %v", row.rule, err)
		}
	}
}
