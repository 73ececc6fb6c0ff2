package lifecycle

import (
	"fmt"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter"
)

// The names of states that only applications of Jobs have.
const (
	stateSuspended = "Suspended"
	stateRetrying  = "Retrying"
)

// ended is the condition with which a Job ended, nil while it goes on.
func ended(job *batchv1.Job) *batchv1.JobCondition {
	for i := range job.Status.Conditions {
		c := &job.Status.Conditions[i]
		if c.Status == corev1.ConditionTrue && (c.Type == batchv1.JobComplete || c.Type == batchv1.JobFailed) {
			return c
		}
	}
	return nil
}

// outcomeOfJob is how a Job ended (S17): with the exit code of its last attempt,
// nil where no such is known, unless its time was over.
func outcomeOfJob(condition *batchv1.JobCondition, last *Outcome) *Outcome {
	why := inOneLine(condition.Reason, condition.Message)
	switch {
	case condition.Type == batchv1.JobComplete:
		return &Outcome{}
	case condition.Reason == batchv1.JobReasonDeadlineExceeded, last == nil, last.ExitCode == 0:
		return &Outcome{ExitCode: NoExitCode, Reason: why}
	}
	return last
}

// lastOutcome is how the last of some attempts ended, nil where none is known.
func lastOutcome(attempts []*corev1.Pod) *Outcome {
	if len(attempts) == 0 {
		return nil
	}
	last := attempts[len(attempts)-1]
	return outcomeOf(last, submitter.SparkContainer(last))
}

// state is how the application of a Job fares that can be read.
func (j *Job) state(driver *corev1.Pod) State {
	if condition := ended(j.Object); condition != nil {
		outcome := outcomeOfJob(condition, lastOutcome(j.Attempts))
		if outcome.ExitCode == 0 {
			return State{Name: string(corev1.PodSucceeded), Outcome: outcome}
		}
		return State{Name: string(corev1.PodFailed), Reason: outcome.Reason, Outcome: outcome}
	}
	switch {
	case j.Object.DeletionTimestamp != nil:
		return State{Name: stateTerminating}
	case j.Object.Annotations[SubmitAnnotation] != "":
		return State{Name: stateHeld, Reason: "its submission was cut off, and it never runs: swage kill removes it"}
	case j.Object.Spec.Suspend != nil && *j.Object.Spec.Suspend:
		return State{Name: stateSuspended, Reason: "the Job is suspended, until a queueing system or somebody else resumes it"}
	case driver == nil:
		return State{Name: string(corev1.PodPending), Reason: "the Job has made no driver yet"}
	}
	state := PodState(driver)
	switch attempt := j.attempt(); {
	case state.Outcome != nil: // the Job has not ended: another follows, or its controller has not seen it yet
		return State{Name: stateRetrying, Reason: attempt + " ended: " + state.Outcome.String()}
	case state.Reason == "" && (len(j.Attempts) > 1 || j.Object.Status.Failed > 0):
		state.Reason = attempt
	}
	return state
}

// suspended is the trouble of a Job that others shall resume, nil where it goes on.
func (p *Pods) suspended() *Trouble {
	if p.Job == nil || p.Job.Object == nil {
		return nil
	}
	if state := p.Job.state(p.Driver); state.Name == stateSuspended {
		return &Trouble{Pod: p.Job.Name, Kind: Held, Message: state.Reason}
	}
	return nil
}

// attempt is which attempt the last one is. Pods of earlier ones may have been deleted, and the Job has counted them.
func (j *Job) attempt() string {
	failed := int(j.Object.Status.Failed)
	if lastOutcome(j.Attempts) == nil {
		failed++ // this one is not among them
	}
	return j.number(max(len(j.Attempts), failed))
}

// number is an attempt's, in words.
func (j *Job) number(attempt int) string {
	if most := j.MostAttempts(); most >= attempt {
		return fmt.Sprintf("attempt %d of %d", attempt, most)
	}
	return fmt.Sprintf("attempt %d", attempt)
}
