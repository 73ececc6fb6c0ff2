package webhook

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"sync/atomic"

	"k8s.io/client-go/kubernetes"
	ctrlwebhook "sigs.k8s.io/controller-runtime/pkg/webhook"
	ctrladmission "sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"swage.dev/swage/certs"
	"swage.dev/swage/podtemplate"
	"swage.dev/swage/webhook/admission"
	"swage.dev/swage/webhook/events"
	"swage.dev/swage/webhook/metrics"
	"swage.dev/swage/webhook/store"
	"swage.dev/swage/webhook/writecheck"
)

// Server is the webhook's server. Make it with New and run it once.
type Server struct {
	opts     Options
	store    *store.Store
	events   *events.Recorder
	handler  *admission.Handler
	writes   *writecheck.Checker
	tls      ctrlwebhook.Server
	draining atomic.Bool
}

// New puts a server together; nothing is called or opened before Run.
func New(opts Options) (*Server, error) {
	opts.setDefaults()
	if err := opts.validate(); err != nil {
		return nil, err
	}
	if err := opts.connect(); err != nil {
		return nil, err
	}
	s := &Server{opts: opts}
	var err error
	if s.events, err = s.newEvents(opts.Client); err != nil {
		return nil, err
	}
	if s.store, err = s.newStore(); err != nil {
		return nil, err
	}
	if s.handler, err = s.newHandler(); err != nil {
		return nil, err
	}
	if s.writes, err = s.newWrites(); err != nil {
		return nil, err
	}
	s.tls = s.newTLS()
	return s, s.registerGauges()
}

// Handler is the admission handler, for those who serve it themselves.
func (s *Server) Handler() http.Handler { return s.handler }

func (s *Server) newEvents(client kubernetes.Interface) (*events.Recorder, error) {
	return events.New(events.Options{Client: client.CoreV1(), Instance: s.opts.Instance, Logger: s.opts.Logger})
}

func (s *Server) newStore() (*store.Store, error) {
	return store.New(store.Options{
		Client: s.opts.Client, Metadata: s.opts.Metadata,
		SystemNamespace: s.opts.SystemNamespace, Namespace: s.opts.Namespace, Class: s.opts.Class,
		Limits:        s.opts.Limits,
		LookupTimeout: s.opts.LookupTimeout, LookupRate: s.opts.LookupRate, LookupBurst: s.opts.LookupBurst,
		Broken: s.tellBroken, Logger: s.opts.Logger,
	})
}

// tellBroken is about the template itself; the pods that need it are told when they come.
func (s *Server) tellBroken(p store.Problem) {
	s.events.Record(events.Event{
		Regarding: p.ConfigMap,
		Reason:    "Template" + events.CamelCase(string(p.State)),
		Message:   p.Message,
	})
}

func (s *Server) newHandler() (*admission.Handler, error) {
	counters, err := metrics.NewAdmission(s.opts.Registry)
	if err != nil {
		return nil, fmt.Errorf("metrics: %w", err)
	}
	return admission.New(admission.Options{
		Shaper: podtemplate.NewShaper(podtemplate.Options{
			Limits: s.opts.Limits, SystemNamespace: s.opts.SystemNamespace, NoNativeSidecars: s.opts.NoNativeSidecars,
			// Its own pods are left out by the registration's selector.
			ShapeSystemNamespace: s.opts.Namespace != "",
		}),
		Store: s.store, Metrics: counters, Events: s.events,
		LookupTimeout: s.opts.LookupTimeout, Logger: s.opts.Logger,
	})
}

func (s *Server) newWrites() (*writecheck.Checker, error) {
	counter, err := metrics.NewWrites(s.opts.Registry)
	if err != nil {
		return nil, fmt.Errorf("metrics: %w", err)
	}
	opts := writecheck.Options{
		Ask: writecheck.Everywhere(s.opts.Client.AuthorizationV1()), Templates: s.store, Metrics: counter,
		SystemNamespace: s.opts.SystemNamespace, Logger: s.opts.Logger,
	}
	if s.opts.Namespace != "" { // no system level, and no right outside
		opts.Ask, opts.SystemNamespace = writecheck.Within(s.opts.Client.AuthorizationV1(), s.opts.Namespace), ""
	}
	return writecheck.New(opts)
}

func (s *Server) newTLS() ctrlwebhook.Server {
	host, port, _ := splitAddress(s.opts.Address) // validated
	mux := http.NewServeMux()
	mux.Handle("/", s.retire(answerAll(s.handler)))
	mux.Handle(podtemplate.TemplatesPath, s.retire(answerAll(bounded(&ctrladmission.Webhook{Handler: s.writes, RecoverPanic: new(true)}))))
	return ctrlwebhook.NewServer(ctrlwebhook.Options{
		Host: host, Port: port, WebhookMux: mux,
		TLSOpts: []func(*tls.Config){certs.ConfigureTLS(s.opts.Certificates)},
	})
}

func (s *Server) registerGauges() error {
	if err := metrics.RegisterTemplates(s.opts.Registry, s.store.Counts); err != nil {
		return fmt.Errorf("metrics: %w", err)
	}
	if err := metrics.RegisterCertificates(s.opts.Registry, s.opts.Certificates.Expiry); err != nil {
		return fmt.Errorf("metrics: %w", err)
	}
	return nil
}
