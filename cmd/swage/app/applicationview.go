package app

import (
	"cmp"
	"encoding/json"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/cmd/swage/internal/printer"
	"swage.dev/swage/podtemplate"
	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/lifecycle"
)

// applicationView is an application for scripts. Its members are promised.
type applicationView struct {
	Namespace    string       `json:"namespace"`
	Name         string       `json:"name"`
	ID           string       `json:"id,omitempty"`
	Driver       string       `json:"driver,omitempty"`
	State        string       `json:"state"`
	Reason       string       `json:"reason,omitempty"`
	ExitCode     *int         `json:"exitCode,omitempty"`
	SparkVersion string       `json:"sparkVersion,omitempty"`
	Image        string       `json:"image,omitempty"`
	Node         string       `json:"node,omitempty"`
	Created      *metav1.Time `json:"created,omitempty"`
	Started      *metav1.Time `json:"started,omitempty"`
	Ended        *metav1.Time `json:"ended,omitempty"`
	Executors    executorView `json:"executors"`

	// Shell is the language of a shell.
	Shell string `json:"shell,omitempty"`

	// Of an application that a Job runs: its driver is the last attempt.
	Job      string        `json:"job,omitempty"`
	Schedule string        `json:"schedule,omitempty"`
	Attempts []attemptView `json:"attempts,omitempty"`
}

// attemptView is one driver of a Job.
type attemptView struct {
	Driver   string `json:"driver"`
	ID       string `json:"id"`
	State    string `json:"state"`
	Reason   string `json:"reason,omitempty"`
	ExitCode *int   `json:"exitCode,omitempty"`
}

// executorView is the executors that exist.
type executorView struct {
	Pending   int         `json:"pending"`
	Running   int         `json:"running"`
	Succeeded int         `json:"succeeded"`
	Failed    int         `json:"failed"`
	Pods      []memberPod `json:"pods,omitempty"`
}

// memberPod is one executor.
type memberPod struct {
	Name     string `json:"name"`
	ID       string `json:"id,omitempty"`
	State    string `json:"state"`
	Reason   string `json:"reason,omitempty"`
	ExitCode *int   `json:"exitCode,omitempty"`
	Node     string `json:"node,omitempty"`
}

// newApplicationView is an application without its executors one by one.
func newApplicationView(app *lifecycle.Pods) applicationView {
	state, counts := app.State(), app.Count()
	v := applicationView{
		Namespace: app.Namespace(), Name: app.AppName(), ID: app.AppID(), State: state.Name, Reason: state.Reason, Shell: app.Shell(),
		Executors: executorView{Pending: counts.Pending, Running: counts.Running, Succeeded: counts.Succeeded, Failed: counts.Failed},
	}
	if state.Outcome != nil {
		v.ExitCode = &state.Outcome.ExitCode
	}
	v.SparkVersion = app.SparkVersion()
	v.Created = new(app.Created())
	if driver := app.Driver; driver != nil {
		v.Driver, v.Node = driver.Name, driver.Spec.NodeName
		v.fromContainer(driver)
	}
	if app.Job != nil {
		v.Job, v.Schedule = app.Job.Name, app.Job.Schedule()
		for _, driver := range app.Job.Attempts {
			v.Attempts = append(v.Attempts, newAttemptView(driver))
		}
	}
	return v
}

func newAttemptView(driver *corev1.Pod) attemptView {
	state := lifecycle.PodState(driver)
	v := attemptView{Driver: driver.Name, ID: cmp.Or(driver.Labels[podtemplate.AppIDLabel], submitter.AttemptID(driver.UID)), State: state.Name, Reason: state.Reason}
	if state.Outcome != nil {
		v.ExitCode = &state.Outcome.ExitCode
	}
	return v
}

func (v *applicationView) fromContainer(driver *corev1.Pod) {
	spark := submitter.SparkContainer(driver)
	for _, c := range driver.Spec.Containers {
		if c.Name == spark {
			v.Image = c.Image
		}
	}
	for _, status := range driver.Status.ContainerStatuses {
		switch {
		case status.Name != spark:
		case status.State.Running != nil:
			v.Started = &status.State.Running.StartedAt
		case status.State.Terminated != nil:
			v.Started, v.Ended = &status.State.Terminated.StartedAt, &status.State.Terminated.FinishedAt
		}
	}
}

// withExecutors adds the executors one by one.
func (v *applicationView) withExecutors(app *lifecycle.Pods) {
	for _, pod := range app.Executors {
		state := lifecycle.PodState(pod)
		member := memberPod{Name: pod.Name, ID: pod.Labels[podtemplate.ExecutorIDLabel], State: state.Name, Reason: state.Reason, Node: pod.Spec.NodeName}
		if state.Outcome != nil {
			member.ExitCode = &state.Outcome.ExitCode
		}
		v.Executors.Pods = append(v.Executors.Pods, member)
	}
}

// machineFormats write any value for scripts.
func machineFormats() map[string]func(v any) ([]byte, error) {
	marshalled := func(write func([]byte) []byte) func(any) ([]byte, error) {
		return func(v any) ([]byte, error) {
			text, err := json.Marshal(v)
			if err != nil {
				return nil, fmt.Errorf("encoding the output: %w", err)
			}
			return write(text), nil
		}
	}
	return map[string]func(any) ([]byte, error){"json": marshalled(printer.JSON), "yaml": marshalled(podYAML)}
}

// ago is how long ago something was, as kubectl says it.
func ago(now time.Time, t *metav1.Time) string {
	if t == nil || t.IsZero() {
		return ""
	}
	return humanDuration(max(0, now.Sub(t.Time)))
}
