package sparkapplication

import (
	"time"

	"swage.dev/swage/submitter"
)

// lifeRows are what the operator's controller does, and Kubernetes' own does here.
var lifeRows = []row{
	{"restartPolicy.type", Refused, "`Never`; `OnFailure` is a Job with `--retries`. `Always` is refused, approximated it is `OnFailure`: what succeeds is not run again", (*mapping).takeRestartPolicy, false},
	{"restartPolicy.onFailureRetries", Mapped, "`--retries`", nil, false},
	{"restartPolicy.onFailureRetryInterval", Refused, "refused where there are retries, approximated it is the Job's own pause: 10 s, doubled each time, at most 6 minutes", nil, false},
	{"restartPolicy.onSubmissionFailureRetries", Approximated, "a submission that fails leaves nothing behind and is told, and is not tried again", nil, false},
	{"restartPolicy.onSubmissionFailureRetryInterval", Refused, "refused where there are retries, approximated it means nothing, since submissions are not tried again", nil, false},
	{"failureRetries", Approximated, "`restartPolicy.onFailureRetries` where `restartPolicy` is `OnFailure` and has none; else nothing, as in the operator", nil, false},
	{"retryInterval", Refused, "as `restartPolicy.onFailureRetryInterval`", nil, false},
	{"timeToLiveSeconds", Mapped, "`--ttl`: the Job that runs the driver is deleted so long after its end; 0 or less is a second", (*mapping).takeTimeToLive, false},
	{"suspend", Mapped, "`--suspend`", func(m *mapping) {
		if suspend := m.spec.Suspend; suspend != nil && *suspend {
			m.job().Suspend = true
		}
	}, false},
}

func (m *mapping) takeTimeToLive() {
	const most = int64(submitter.LongestLimit / time.Second)
	switch seconds := m.spec.TimeToLiveSeconds; {
	case seconds == nil:
	case *seconds > most:
		m.invalid("timeToLiveSeconds", "%d: expected at most %d", *seconds, most)
	default:
		m.job().TTL = time.Duration(max(*seconds, 1)) * time.Second
	}
}

func (m *mapping) job() *submitter.JobOptions {
	if m.app.Job == nil {
		m.app.Job = &submitter.JobOptions{}
	}
	return m.app.Job
}

func (m *mapping) takeRestartPolicy() {
	policy := &m.spec.RestartPolicy
	m.oneOf("restartPolicy.type", policy.Type, "Never", "OnFailure", "Always")
	atLeast(m, "restartPolicy.onFailureRetries", policy.OnFailureRetries, 0)
	atLeast(m, "restartPolicy.onFailureRetryInterval", policy.OnFailureRetryInterval, 0)
	atLeast(m, "restartPolicy.onSubmissionFailureRetries", policy.OnSubmissionFailureRetries, 0)
	atLeast(m, "restartPolicy.onSubmissionFailureRetryInterval", policy.OnSubmissionFailureRetryInterval, 0)
	atLeast(m, "failureRetries", m.spec.FailureRetries, 0)
	if policy.Type == "Always" {
		m.refuse("restartPolicy.type", "nothing here runs again what has succeeded: a schedule does (ScheduledSparkApplication)", "it runs again after a failure only")
	}
	if policy.Type != "OnFailure" && policy.Type != "Always" {
		if m.spec.FailureRetries != nil {
			m.warn("failureRetries", "it means nothing unless restartPolicy.type is OnFailure")
		}
		return
	}
	m.takeRetries(policy)
}

func (m *mapping) takeRetries(policy *restartPolicy) {
	retries := policy.OnFailureRetries
	if m.spec.FailureRetries != nil {
		if retries == nil {
			retries = m.spec.FailureRetries
			m.warn("failureRetries", "it is taken for restartPolicy.onFailureRetries, which the operator reads")
		} else {
			m.warn("failureRetries", "it means nothing beside restartPolicy.onFailureRetries")
		}
	}
	if retries != nil && *retries > 0 {
		m.job().Retries = int(*retries)
	}
	if again := policy.OnSubmissionFailureRetries; again != nil && *again > 0 {
		m.warn("restartPolicy.onSubmissionFailureRetries", "a submission that fails leaves nothing behind and is not tried again")
	}
	for _, interval := range []struct {
		field   string
		seconds *int64
		instead string
	}{
		{"restartPolicy.onFailureRetryInterval", policy.OnFailureRetryInterval, kubernetesPause},
		{"retryInterval", m.spec.RetryInterval, kubernetesPause},
		{"restartPolicy.onSubmissionFailureRetryInterval", policy.OnSubmissionFailureRetryInterval, "it means nothing, since submissions are not tried again"},
	} {
		if interval.seconds != nil && *interval.seconds > 0 {
			m.refuse(interval.field, "the pause between tries is Kubernetes' own", interval.instead)
		}
	}
}

const kubernetesPause = "it is 10 s, doubled each time, at most 6 minutes"
