package certs

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"k8s.io/client-go/kubernetes"
)

// CertManagerOptions say where a CertManager source works. Client, Namespace
// and Service are required.
type CertManagerOptions struct {
	// Client reaches the API server. Needed rights, all by resource name: list
	// and watch on the Secret; list, watch, patch on each configuration (list and
	// watch on all of the two kinds with Selector).
	Client kubernetes.Interface

	// Namespace and Service name the Service that fronts this server. A leaf
	// that is not for <service>.<namespace>.svc, the name that API servers call,
	// is not served.
	Namespace, Service string

	// ExtraHosts are further DNS names or IP addresses that must be in the leaf,
	// for configurations that call a URL instead of the Service. Default none.
	ExtraHosts []string

	// Secret is the name of the Secret in Namespace, which the Certificate
	// names. It need not exist yet, and is never written. Default "swage-webhook-tls".
	Secret string

	// Configurations are those whose bundle this source owns. Default none.
	Configurations Configurations

	// TrustHold is how long all configurations must have held the bundle of a
	// new authority, seen by this process's own watch, before its leaf is served.
	// It covers the lag of the API servers' own watches, and their clocks: a leaf
	// of cert-manager's is valid from the moment of its making. Default 60 s.
	TrustHold time.Duration

	// Retirement is how long an authority that is needed no more stays in the
	// bundles, for replicas that are behind. At least TrustHold. Default 1 hour.
	Retirement time.Duration

	// FieldManager owns caBundle in server-side apply; the same in all
	// replicas, and in those of another source that this one takes over from.
	// Default "swage-webhook-certs".
	FieldManager string

	// Logger default slog.Default(). Key material never reaches it.
	Logger *slog.Logger

	now func() time.Time // for tests with skewed clocks; default time.Now
}

func (o *CertManagerOptions) setDefaults() {
	o.Secret = cmp.Or(o.Secret, defaultSecret)
	o.TrustHold = cmp.Or(o.TrustHold, defaultTrustHold)
	o.Retirement = cmp.Or(o.Retirement, retirement)
	o.FieldManager = cmp.Or(o.FieldManager, defaultFieldManager)
	o.Logger = cmp.Or(o.Logger, slog.Default())
	if o.now == nil {
		o.now = time.Now
	}
}

func (o *CertManagerOptions) validate() error {
	var times error
	if o.TrustHold < 0 || o.Retirement < o.TrustHold {
		times = fmt.Errorf("Retirement %s: choose at least TrustHold (%s)", o.Retirement, o.TrustHold) //nolint:staticcheck // a field's name
	}
	return errors.Join(validatePlace(o.Client, o.Namespace, o.Service, o.ExtraHosts), times, o.Configurations.validate())
}
