package webhook

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"

	"swage.dev/swage/certs"
	"swage.dev/swage/podtemplate"
)

// Defaults of the options.
const (
	DefaultAddress       = ":9443"
	DefaultStatusAddress = ":8080"
	DefaultDrain         = 10 * time.Second
)

// Options say what a Server does. Certificates and either Config or both
// clients are required.
type Options struct {
	// Config reaches the API server. It is copied; its rate limit and content
	// type are the server's own business. Ignored if both clients are given.
	Config *rest.Config

	// Client and Metadata are used instead of clients made from Config. Default nil.
	Client   kubernetes.Interface
	Metadata metadata.Interface

	// Certificates serve the webhook's TLS. They are started and stopped with the server.
	Certificates Certificates

	// Address is where admission reviews are served, with TLS 1.3. Default DefaultAddress.
	Address string

	// StatusAddress is where /healthz, /readyz and /metrics are served, without
	// TLS. Default DefaultStatusAddress.
	StatusAddress string

	// Profiling also serves /debug/pprof there. Default false.
	Profiling bool

	// SystemNamespace, Namespace, Class and Limits: see store.Options.
	SystemNamespace, Namespace, Class string
	Limits                            podtemplate.Limits

	// NoNativeSidecars is for Kubernetes before 1.29. Default false.
	NoNativeSidecars bool

	// LookupTimeout bounds all live look-ups for one pod together; LookupRate and
	// LookupBurst those of the whole process. Defaults: see store.Options.
	LookupTimeout time.Duration
	LookupRate    float32
	LookupBurst   int

	// Drain is how long the server serves on after it was told to stop and
	// stopped being ready. API servers learn of that by way of the Service's
	// endpoints. Default DefaultDrain; negative: not at all.
	Drain time.Duration

	// Registry takes the metrics. Default: a new one, with the Go runtime's.
	Registry *prometheus.Registry

	// Instance tells replicas apart in Events: the pod's name. Default "".
	Instance string

	// Logger default slog.Default().
	Logger *slog.Logger
}

// Certificates are a certs.Source whose expiry can be shown.
type Certificates interface {
	certs.Source
	Expiry() certs.Expiry
}

func (o *Options) setDefaults() {
	o.Address = cmp.Or(o.Address, DefaultAddress)
	o.StatusAddress = cmp.Or(o.StatusAddress, DefaultStatusAddress)
	o.SystemNamespace = cmp.Or(o.SystemNamespace, podtemplate.DefaultSystemNamespace)
	o.Drain = cmp.Or(o.Drain, DefaultDrain)
	o.Logger = cmp.Or(o.Logger, slog.Default())
	if o.Registry == nil {
		o.Registry = newRegistry()
	}
}

func (o *Options) validate() error {
	if o.Certificates == nil {
		return errors.New("webhook server: Certificates are required")
	}
	if o.Config == nil && (o.Client == nil || o.Metadata == nil) {
		return errors.New("webhook server: Config, or Client and Metadata, are required")
	}
	_, _, err := splitAddress(o.Address)
	return err
}

func splitAddress(address string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(address)
	if err == nil {
		port, err = strconv.Atoi(text)
	}
	if err != nil || port <= 0 || port > 65535 {
		return "", 0, fmt.Errorf("address %q: expected host:port or :port, with a port from 1 to 65535", address)
	}
	return host, port, nil
}
