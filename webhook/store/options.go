package store

import (
	"cmp"
	"errors"
	"log/slog"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"

	"swage.dev/swage/podtemplate"
)

// Defaults of the options for live look-ups.
const (
	DefaultLookupTimeout = 1500 * time.Millisecond // an API server waits 5 s for the whole answer
	DefaultLookupRate    = 50
	DefaultLookupBurst   = 100
)

// Options say what a Store reads. Client and Metadata are required.
type Options struct {
	// Client and Metadata reach the API server. Needed rights: get, list and
	// watch on ConfigMaps, on pods and on namespaces; with Namespace only on the
	// first two, and only there.
	Client   kubernetes.Interface
	Metadata metadata.Interface

	// SystemNamespace is the one whose templates reach the whole cluster.
	// Default "swage-system". Ignored with Namespace.
	SystemNamespace string

	// Namespace restricts the store to one namespace. There is no system level
	// then, and no right outside that namespace is used. Default "", the cluster.
	Namespace string

	// Class restricts the store to templates whose label swage.dev/class has
	// this value, so that several installations can share a cluster. Default "",
	// the templates without that label.
	Class string

	// Limits bound templates. The zero value means podtemplate's defaults.
	Limits podtemplate.Limits

	// LookupMemory is how long an answer of the API server is used again, found
	// or not. Default 2 s.
	LookupMemory time.Duration

	// LookupTimeout bounds one question to the API server, also when everybody
	// who asked has gone. Callers bound their own waiting by their context.
	// Default DefaultLookupTimeout.
	LookupTimeout time.Duration

	// LookupRate and LookupBurst bound the live look-ups of the whole process,
	// in questions a second. Pods of one namespace get a quarter of both at most.
	// Defaults DefaultLookupRate and DefaultLookupBurst.
	LookupRate  float32
	LookupBurst int

	// Broken is told once of each template that enters a state other than
	// loaded, and again when what is wrong with it changes. It is called by the goroutine that compiles and must not block.
	// Default: nobody is told.
	Broken func(Problem)

	// Logger default slog.Default().
	Logger *slog.Logger
}

// Problem is a template that is not, or not entirely, in use.
type Problem struct {
	ConfigMap corev1.ObjectReference
	State     podtemplate.State
	// Message says what is wrong and where; it holds names and positions.
	Message string
}

func (o *Options) setDefaults() {
	o.SystemNamespace = cmp.Or(o.SystemNamespace, podtemplate.DefaultSystemNamespace)
	if o.Namespace != "" {
		o.SystemNamespace = ""
	}
	o.LookupMemory = cmp.Or(o.LookupMemory, 2*time.Second)
	o.LookupTimeout = cmp.Or(o.LookupTimeout, DefaultLookupTimeout)
	o.LookupRate = cmp.Or(o.LookupRate, DefaultLookupRate)
	o.LookupBurst = cmp.Or(o.LookupBurst, DefaultLookupBurst)
	o.Logger = cmp.Or(o.Logger, slog.Default())
	if o.Broken == nil {
		o.Broken = func(Problem) {}
	}
}

func (o *Options) validate() error {
	if o.Client == nil || o.Metadata == nil {
		return errors.New("template store: Client and Metadata are required")
	}
	return nil
}
