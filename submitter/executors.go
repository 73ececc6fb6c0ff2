package submitter

import (
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/submitter/shapehere"
)

// ExecutorsBy says who makes the executors of an application.
type ExecutorsBy string

// Who can make executors.
const (
	// ByDriver leaves them to Spark's own allocator.
	ByDriver ExecutorsBy = "driver"
	// ByBoth makes as many as are asked for, under names by which Spark's
	// allocator adopts them; it replaces those that are lost.
	ByBoth ExecutorsBy = "both"
	// BySubmitter makes them all and keeps Spark's allocator from making any: the
	// driver's account needs no right to create pods.
	BySubmitter ExecutorsBy = "submitter"
	// ByAuto is ByBoth where the number of executors is given and nothing speaks
	// against it, else ByDriver with a note that says why.
	ByAuto ExecutorsBy = "auto"
)

// Executors are the executors that are made besides the driver. The driver
// must exist before they do: their owner reference is not in here, since it
// takes the driver's UID.
type Executors struct {
	// By is ByBoth or BySubmitter.
	By ExecutorsBy

	// Count is how many the application asks for.
	Count int

	// Gang says that Apply makes them, all or none, before the driver may run.
	Gang bool

	// OwnClaims says that the claims of an executor belong to its pod. Else they
	// belong to the driver, as is Spark's default, and outlive the executor.
	OwnClaims bool

	// Templates shape each pod before it is created (S19). Nil: nobody does, or
	// the webhook.
	Templates *shapehere.Templates

	numbers numbers
	pod     *corev1.Pod
	claims  []*corev1.PersistentVolumeClaim
	places  []place
}

// Pod makes an executor's pod. Ordinals begin with 0; those from Count on are
// for replacements and for more executors. An ordinal must never serve twice:
// its id stands for one executor in all of an application's life.
func (e *Executors) Pod(ordinal int) *corev1.Pod {
	pod, id := e.pod.DeepCopy(), e.numbers.id(ordinal)
	pod.Name = e.numbers.name(ordinal)
	pod.Spec.Hostname = hostname(pod.Name)
	pod.Labels[podtemplate.ExecutorIDLabel] = id
	for _, place := range e.places {
		place.fill(pod, id)
	}
	return pod
}

// Ordinal is which ordinal an executor's pod was made of; false for one that
// was not made of these.
func (e *Executors) Ordinal(pod *corev1.Pod) (ordinal int, ours bool) {
	id, err := strconv.Atoi(pod.Labels[podtemplate.ExecutorIDLabel])
	return id - e.numbers.First, err == nil && id >= e.numbers.First
}

// Claims makes the claims of an executor's volumes, none where all exist already.
func (e *Executors) Claims(ordinal int) []Object {
	var claims []Object
	for _, c := range e.claims {
		claim := c.DeepCopy()
		claim.Name = withID(claim.Name, e.numbers.id(ordinal))
		claims = append(claims, claim)
	}
	return claims
}

func withID(text, id string) string { return strings.ReplaceAll(text, executorIDInText, id) }

// hostname is the end of a pod's name, as much of it as a host's name may have.
func hostname(pod string) string {
	name := notInHosts.ReplaceAllString(pod[max(0, len(pod)-dnsLabel):], "_")
	return strings.TrimLeft(name, "-_")
}
