package doctor

import (
	"time"

	"swage.dev/swage/cmd/swage/internal/registration"
)

// Metrics of the API server, and the labels that count here.
const (
	RejectionsMetric = "apiserver_admission_webhook_rejection_count"
	FailedOpenMetric = "apiserver_admission_webhook_fail_open_count"
	StartMetric      = "process_start_time_seconds"

	nameLabel      = "name"
	errorTypeLabel = "error_type"
	noError        = "no_error" // a decision, not a failure
)

// MetricsRight is the one to read the API server's metrics.
func MetricsRight() Right { return Right{Verb: "get", Resource: "/metrics"} }

const grepMetrics = "kubectl get --raw /metrics | grep '^apiserver_admission_webhook_.*swage'"

// refusals tells calls that failed from decisions. The counters begin with the API server's process, so they say nothing about now.
func refusals(f *Facts) []finding {
	if f.Counters.Err != nil {
		return unknown(f.Counters.Err)
	}
	failed := f.Counters.Value.sum(RejectionsMetric, func(l map[string]string) bool {
		return registration.Named(l[nameLabel]) && l[errorTypeLabel] != noError
	})
	decided := f.Counters.Value.sum(RejectionsMetric, func(l map[string]string) bool {
		return registration.Named(l[nameLabel]) && l[errorTypeLabel] == noError
	})
	if failed > 0 {
		return warn(grepMetrics+"   # again a minute later: do they grow?",
			"%s, it refused %s because it could not call the server (%g more by the server's decision)", f.since(), requests(failed), decided)
	}
	return ok("%s, no call failed; it refused %s by the server's decision", f.since(), requests(decided))
}

func failedOpen(f *Facts) []finding {
	if f.Counters.Err != nil {
		return unknown(f.Counters.Err)
	}
	passed := f.Counters.Value.sum(FailedOpenMetric, func(l map[string]string) bool { return registration.Named(l[nameLabel]) })
	if passed > 0 {
		return warn(grepMetrics+"   # again a minute later: does it grow?",
			"%s, %s passed without an answer, under failurePolicy Ignore: those pods are not shaped", f.since(), requests(passed))
	}
	return ok("%s, nothing passed without an answer", f.since())
}

func requests(n float64) string { return count(int(n), "request", "requests") }

// since is how long the counters have counted.
func (f *Facts) since() string {
	const known = "since this API server started"
	started := f.Counters.Value[StartMetric]
	if len(started) == 0 {
		return known
	}
	return known + " (" + days(f.Now.Sub(time.Unix(int64(started[0].Value), 0))) + " ago)"
}
