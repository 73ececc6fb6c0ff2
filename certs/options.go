package certs

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/client-go/kubernetes"
)

const (
	defaultSecret        = "swage-webhook-tls"
	defaultFieldManager  = "swage-webhook-certs"
	defaultLeafValidity  = 90 * 24 * time.Hour
	defaultTrustHold     = time.Minute
	minimumRenewalWindow = 10 // holds: room to try again when the API server is away
)

// SelfOptions say where a Self source works. Client, Namespace and Service are
// required.
type SelfOptions struct {
	// Client reaches the API server. Needed rights, all by resource name:
	// get, update, list, watch on the Secret; list, watch, patch on each
	// configuration (list and watch on all of the two kinds with Selector).
	Client kubernetes.Interface

	// Namespace and Service name the Service that fronts this server; the leaf
	// is for <service>.<namespace>.svc, the name that API servers call.
	Namespace, Service string

	// ExtraHosts are further DNS names or IP addresses in the leaf, for
	// configurations that call a URL instead of the Service. Default none.
	ExtraHosts []string

	// Secret is the name of the Secret in Namespace, installed empty; it is
	// updated and never created. Default "swage-webhook-tls".
	Secret string

	// Configurations are those whose bundle this source owns. Default none.
	Configurations Configurations

	// LeafValidity is how long a new authority and its leaf are valid, from now
	// (and one hour back). Default 90 days.
	LeafValidity time.Duration

	// RenewBefore is how long before the leaf's end the next is made. It is
	// also about how long two authorities share the bundle. At least ten times
	// TrustHold and at most half of LeafValidity. Default a third of
	// LeafValidity.
	RenewBefore time.Duration

	// TrustHold is how long all configurations must have held the bundle of a
	// new authority, seen by this process's own watch, before its leaf is
	// served. It covers the lag of the API servers' own watches. Default 60 s.
	TrustHold time.Duration

	// FieldManager owns caBundle in server-side apply; the same in all
	// replicas. Default "swage-webhook-certs".
	FieldManager string

	// Logger default slog.Default(). Key material never reaches it.
	Logger *slog.Logger

	now func() time.Time // for tests with skewed clocks; default time.Now
}

// Configurations say whose bundles a source owns: by name or by label. Those
// that do not exist are waited for without holding anything up. Of each, only
// entries that call the Service (or a URL whose host is in ExtraHosts) count.
type Configurations struct {
	// Mutating and Validating are names. Default none.
	Mutating, Validating []string

	// Selector is a label selector over both kinds, instead of names: it needs
	// the right to list and watch all configurations. Default "", by name.
	Selector string
}

func (o *SelfOptions) setDefaults() {
	o.Secret = cmp.Or(o.Secret, defaultSecret)
	o.LeafValidity = cmp.Or(o.LeafValidity, defaultLeafValidity)
	o.RenewBefore = cmp.Or(o.RenewBefore, o.LeafValidity/3)
	o.TrustHold = cmp.Or(o.TrustHold, defaultTrustHold)
	o.FieldManager = cmp.Or(o.FieldManager, defaultFieldManager)
	o.Logger = cmp.Or(o.Logger, slog.Default())
	if o.now == nil {
		o.now = time.Now
	}
}

func (o *SelfOptions) validate() error {
	return errors.Join(validatePlace(o.Client, o.Namespace, o.Service, o.ExtraHosts), o.validateTimes(), o.Configurations.validate())
}

func validatePlace(client kubernetes.Interface, namespace, service string, extraHosts []string) error {
	var problems []error
	if client == nil {
		problems = append(problems, errors.New("a Client is required"))
	}
	for what, name := range map[string]string{"Namespace": namespace, "Service": service} {
		if msgs := validation.IsDNS1123Label(name); len(msgs) > 0 {
			problems = append(problems, fmt.Errorf("%s %q: %s", what, name, strings.Join(msgs, ", ")))
		}
	}
	for _, host := range extraHosts {
		if net.ParseIP(host) == nil && len(validation.IsDNS1123Subdomain(host)) > 0 {
			problems = append(problems, fmt.Errorf("ExtraHosts: %q is neither a DNS name nor an IP address", host))
		}
	}
	return errors.Join(problems...)
}

func (o *SelfOptions) validateTimes() error {
	if o.TrustHold < 0 || o.RenewBefore < minimumRenewalWindow*o.TrustHold || o.RenewBefore > o.LeafValidity/2 {
		return fmt.Errorf("RenewBefore %s: choose at least %d times TrustHold (%s) and at most half of LeafValidity (%s)",
			o.RenewBefore, minimumRenewalWindow, o.TrustHold, o.LeafValidity)
	}
	return nil
}

func (c Configurations) validate() error {
	if c.Selector == "" {
		return nil
	}
	if len(c.Mutating)+len(c.Validating) > 0 {
		return errors.New("configurations: give names or a Selector, not both")
	}
	if _, err := labels.Parse(c.Selector); err != nil {
		return fmt.Errorf("configurations: Selector: %w", err)
	}
	return nil
}

func (o *SelfOptions) target() target { return targetOf(o.Namespace, o.Service, o.ExtraHosts) }

func targetOf(namespace, service string, extraHosts []string) target {
	host := service + "." + namespace + ".svc"
	hosts := append([]string{host}, slices.DeleteFunc(slices.Clone(extraHosts), func(h string) bool { return h == host })...)
	return target{namespace: namespace, service: service, hosts: hosts}
}
