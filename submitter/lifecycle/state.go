package lifecycle

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter"
)

// State is how an application fares.
type State struct {
	// Name is Pending, Running, Succeeded, Failed or Unknown as of pods; Held, when
	// whoever submitted it did not finish; Terminating, when it is being deleted.
	Name string
	// Reason says more, in one line; "" where there is nothing to say.
	Reason string
	// Outcome is how it ended, nil while it has not.
	Outcome *Outcome
}

// The names of states that are no phases of pods.
const (
	stateHeld        = "Held"
	stateTerminating = "Terminating"
)

// State is how the application fares, by what its driver's pod says, or its executors where there is no such pod.
func (p *Pods) State() State {
	if p.Job != nil && p.Job.Object != nil {
		return p.Job.state(p.Driver)
	}
	if p.Driver == nil {
		return p.stateOfExecutors()
	}
	if isGated(p.Driver) && p.Driver.DeletionTimestamp == nil {
		return State{Name: stateHeld, Reason: "its submission was cut off, and it never runs: swage kill removes it"}
	}
	state := PodState(p.Driver)
	if state.Outcome == nil && state.Reason == "" && state.Name == string(corev1.PodRunning) {
		state.Reason = p.missingExecutors()
	}
	return state
}

// missingExecutors says that executors are missing which only whoever submitted the application makes.
func (p *Pods) missingExecutors() string {
	if p.Driver.Annotations[submitter.ExecutorsAnnotation] == "" {
		return ""
	}
	wanted, _, err := readNumbers(p.Driver)
	counts := p.Count()
	if there := counts.Running + counts.Pending; err == nil && there < wanted {
		return fmt.Sprintf("%d of %d executors exist, and the driver makes none: swage scale %s %d", there, wanted, p.Driver.Name, wanted)
	}
	return ""
}

// PodState is how one pod fares.
func PodState(pod *corev1.Pod) State {
	outcome := outcomeOf(pod, submitter.SparkContainer(pod))
	switch {
	case outcome != nil && outcome.ExitCode == 0:
		return State{Name: string(corev1.PodSucceeded), Outcome: outcome}
	case outcome != nil:
		return State{Name: string(corev1.PodFailed), Reason: outcome.Reason, Outcome: outcome}
	case pod.DeletionTimestamp != nil:
		return State{Name: stateTerminating}
	}
	state := State{Name: string(pod.Status.Phase)}
	if trouble := troubleOf(pod); trouble != nil {
		state.Reason = trouble.Message
	}
	return state
}

func (p *Pods) stateOfExecutors() State {
	counts := p.Count()
	state := State{Name: string(corev1.PodPending), Reason: "its driver is no pod of Spark's"}
	switch {
	case counts.Running > 0:
		state.Name = string(corev1.PodRunning)
	case counts.Pending == 0:
		state.Name = string(corev1.PodUnknown)
	}
	return state
}

// Counts are numbers of executors.
type Counts struct{ Pending, Running, Succeeded, Failed int }

// Count counts the executors that exist.
func (p *Pods) Count() Counts {
	var c Counts
	for _, pod := range p.Executors {
		outcome := outcomeOf(pod, submitter.SparkContainer(pod))
		switch {
		case outcome != nil && outcome.ExitCode == 0:
			c.Succeeded++
		case outcome != nil:
			c.Failed++
		case pod.Status.Phase == corev1.PodRunning:
			c.Running++
		default:
			c.Pending++
		}
	}
	return c
}
