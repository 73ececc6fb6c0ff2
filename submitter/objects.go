package submitter

import (
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"swage.dev/swage/submitter/shapehere"
)

// Object is any object of the API.
type Object interface {
	runtime.Object
	metav1.Object
}

// Objects are what one application consists of.
type Objects struct {
	// Driver is the driver's pod. It owns all others, unless there is a Job or a
	// CronJob, whose template it is: then it has no name, and they own.
	Driver *corev1.Pod

	// Job runs the driver (Options.Job); nil: nobody does, or a CronJob.
	Job *batchv1.Job

	// CronJob runs the driver again and again (Options.Schedule); nil: nobody does.
	CronJob *batchv1.CronJob

	// Before are those that must exist when the driver is created, such as
	// Volcano's PodGroup, whose own webhook looks for it. They get their owner
	// once there is one.
	Before []Object

	// Owned are the others: what the driver needs to start. They have no owner
	// reference yet, since that takes the UID of a driver that exists.
	Owned []Object

	// Executors are made besides the driver. Nil: the driver makes its own.
	Executors *Executors

	// Templates shape the driver before it is created (S19). Nil: nobody does, or
	// the webhook.
	Templates *shapehere.Templates

	// ExecutorPrefix begins the names of executors by the user's choice, "" by
	// nobody's: then they are new.
	ExecutorPrefix string

	// Staging is what must be sent: to the driver's pod once it is there, or before all else to a claim. Nil: nothing.
	Staging *Staging

	// Upload is what must be put where pods find it, before anything is created. Nil: nothing.
	Upload *Upload

	// Server is the URL of the API server, Namespace where the objects go.
	Server, Namespace string

	// AppName is the application's name.
	AppName string

	// AppID is the application's id, the value of the label spark-app-selector;
	// "" where each attempt of a Job has one of its own.
	AppID string

	// Access is how the configuration wants the API server to be reached.
	Access Access

	// Wait says whether the configuration wants the end to be waited for. Spark's default is true.
	Wait bool

	// Notes are sentences for whoever submits: what was ignored or assumed.
	Notes []string

	// Redacted are the settings whose values were replaced (Options.Redact).
	Redacted []string
}

// Root is the object that owns all others: the CronJob, the Job or the driver.
func (o *Objects) Root() Object {
	switch {
	case o.CronJob != nil:
		return o.CronJob
	case o.Job != nil:
		return o.Job
	}
	return o.Driver
}

// All are the objects in an order in which they can be created by hand: what
// the driver needs comes before it, its executors after.
func (o *Objects) All() []Object {
	var all []Object
	if o.Staging != nil && o.Staging.Claim != nil {
		all = append(all, o.Staging.Claim.Job)
	}
	all = append(append(append(all, o.Before...), o.Owned...), o.Root())
	if o.Executors != nil {
		for ordinal := range o.Executors.Count {
			all = append(append(all, o.Executors.Claims(ordinal)...), o.Executors.Pod(ordinal))
		}
	}
	return all
}
