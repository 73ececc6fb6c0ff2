package submitter

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"swage.dev/swage/podtemplate"
)

// Given is what comes with a command line and has no option of spark-submit.
type Given struct {
	// DriverTemplate and ExecutorTemplate are pod templates, in YAML or JSON, in
	// the place of those that spark.kubernetes.{driver,executor}.podTemplateFile
	// name: having both is an error. Default: the files'.
	DriverTemplate, ExecutorTemplate []byte

	// Named makes ExecutorTemplate, and ExecutorMemoryLimit, templates of mode
	// named that executors ask for: the webhook lays them over executors, whoever
	// makes them. It takes a cluster with the webhook and the right to write
	// templates (R36). Default: ExecutorTemplate is Spark's pod template.
	Named bool

	// DriverMemoryLimit and ExecutorMemoryLimit are limits of the Spark
	// containers' memory. Spark writes such limits itself: executors that the
	// driver makes have it only when Named. Default: what is requested, as Spark
	// writes it.
	DriverMemoryLimit, ExecutorMemoryLimit *resource.Quantity

	// Before are objects that must exist before the driver does, Owned are others.
	// All are the application's own. They go to its namespace.
	Before, Owned []Object
}

// givenOrFile is the given pod template, or that of the file that a setting
// names. nil: there is none.
func (b *build) givenOrFile(key string, given []byte) (name string, text []byte, err error) {
	name = b.conf.Get(key)
	switch {
	case given != nil && name != "":
		return "", nil, refuse("%s=%s, and the manifest has a pod template or fields that become one: put that file's content into the manifest's template", key, name)
	case given != nil:
		return "of the manifest", given, nil
	case name == "":
		return "", nil, nil
	}
	text, err = b.readHere("pod template", key, name)
	return name, text, err
}

// memoryLimit is the limit of a Spark container's memory: what it requests,
// unless another is given.
func (b *build) memoryLimit(request resource.Quantity) (resource.Quantity, error) {
	given := b.options.Given.DriverMemoryLimit
	if b.side.role == podtemplate.Executor {
		given = b.options.Given.ExecutorMemoryLimit
	}
	switch {
	case given == nil:
		return request, nil
	case given.Cmp(request) < 0:
		return request, refuse("the %s's memory limit %s is less than the %s that it requests, its overhead included", b.side.role, given, &request)
	}
	return *given, nil
}

// takeGiven adds the given objects to the plan.
func (b *build) takeGiven() {
	given := &b.options.Given
	for _, o := range given.Before {
		b.before = append(b.before, b.ours(o))
	}
	for _, o := range given.Owned {
		b.own(b.ours(o))
	}
	b.noteEnvOrder()
	if given.ExecutorMemoryLimit != nil && !given.Named && b.executorsBy != BySubmitter {
		b.note("executors that the driver makes have no memory limit of their own: Spark sets it to what they request, unless the webhook is there and you may write templates")
	}
}

// ours is a copy of an object, in the application's namespace.
func (b *build) ours(o Object) Object {
	mine := o.DeepCopyObject().(Object)
	mine.SetNamespace(b.namespace)
	return mine
}

// Requests are what the pods of an application request.
type Requests struct{ Driver, Executor corev1.ResourceList }

// ReadRequests is what the pods of a plan will request, whoever makes them.
// Errors about the request itself wrap ErrRefused.
func ReadRequests(o Options) (Requests, error) {
	b, err := begin(o.withDefaults())
	if err != nil {
		return Requests{}, refusing(err)
	}
	if err := b.basics(); err != nil {
		return Requests{}, refusing(err)
	}
	if err := b.executorTemplate(); err != nil {
		return Requests{}, refusing(err)
	}
	e := b.forExecutors()
	if err := e.fromTemplate(); err != nil {
		return Requests{}, refusing(err)
	}
	if err := e.resources(); err != nil {
		return Requests{}, refusing(err)
	}
	return Requests{Driver: requested(b.container), Executor: requested(e.container)}, nil
}

// requested is what the scheduler counts: a limit without a request is one.
func requested(c *corev1.Container) corev1.ResourceList {
	all := corev1.ResourceList{}
	for name, amount := range c.Resources.Limits {
		all[name] = amount
	}
	for name, amount := range c.Resources.Requests {
		all[name] = amount
	}
	return all
}
