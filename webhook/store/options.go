package store

import (
	"errors"
	"log/slog"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"

	"swage.dev/swage/podtemplate"
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
	// Default 1.5 s.
	LookupTimeout time.Duration

	// LookupRate and LookupBurst bound the live look-ups of the whole process,
	// in questions a second. Defaults 50 and 100.
	LookupRate  float32
	LookupBurst int

	// Broken is told once of each template that enters a state other than
	// loaded. It is called by the goroutine that compiles and must not block.
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
	o.SystemNamespace = orElse(o.SystemNamespace, podtemplate.DefaultSystemNamespace)
	if o.Namespace != "" {
		o.SystemNamespace = ""
	}
	o.LookupMemory = orElse(o.LookupMemory, 2*time.Second)
	o.LookupTimeout = orElse(o.LookupTimeout, 1500*time.Millisecond)
	o.LookupRate = orElse(o.LookupRate, 50)
	o.LookupBurst = orElse(o.LookupBurst, 100)
	o.Logger = orElse(o.Logger, slog.Default())
	if o.Broken == nil {
		o.Broken = func(Problem) {}
	}
}

func orElse[T comparable](value, fallback T) T {
	var zero T
	if value == zero {
		return fallback
	}
	return value
}

func (o *Options) validate() error {
	if o.Client == nil || o.Metadata == nil {
		return errors.New("template store: Client and Metadata are required")
	}
	return nil
}
