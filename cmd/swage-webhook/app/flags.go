package app

import (
	"fmt"
	"log/slog"

	"github.com/spf13/cobra"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/webhook"
	"swage.dev/swage/webhook/store"
)

// flags are what the command line says.
type flags struct {
	server       webhook.Options
	cluster      cluster
	certificates certificates
	logging      logging
	version      bool
}

func (f *flags) register(command *cobra.Command) {
	set := command.Flags()
	set.SortFlags = false
	f.registerServing(command)
	f.registerScope(command)
	f.cluster.register(command)
	f.certificates.register(command)
	f.registerLimits(command)
	f.registerLookups(command)
	f.logging.register(command)
	// Not cobra's own: its template keeps the linker from leaving out what is
	// not used, which costs 25 MB of program.
	set.BoolVar(&f.version, "version", false, "print the version and do nothing else")
}

func (f *flags) registerServing(command *cobra.Command) {
	set := command.Flags()
	set.StringVar(&f.server.Address, "address", webhook.DefaultAddress, "where admission reviews are served, with TLS 1.3: host:port or :port")
	set.StringVar(&f.server.StatusAddress, "status-address", webhook.DefaultStatusAddress, "where /healthz, /readyz and /metrics are served, without TLS")
	set.BoolVar(&f.server.Profiling, "profiling", false, "serve /debug/pprof at the status address too")
	set.DurationVar(&f.server.Drain, "drain", webhook.DefaultDrain, "how long to serve on after SIGTERM, not ready any more")
}

func (f *flags) registerScope(command *cobra.Command) {
	set := command.Flags()
	set.StringVar(&f.server.SystemNamespace, "system-namespace", "",
		"the namespace whose templates reach the whole cluster (default: the pod's own, else "+podtemplate.DefaultSystemNamespace+")")
	set.StringVar(&f.server.Namespace, "namespace", "", "shape the pods of this namespace only, with the templates in it; no right outside it is needed")
	set.StringVar(&f.server.Class, "class", "", "use the templates whose label "+podtemplate.ClassLabel+" has this value (default: those without it)")
	set.BoolVar(&f.server.NoNativeSidecars, "no-native-sidecars", false, "add containers of templates as regular containers; needed before Kubernetes 1.29")
}

// limits are the bounds on what templates may cost, one flag each.
func (f *flags) limits() []limit {
	l := &f.server.Limits
	return []limit{
		{&l.NamespaceTemplates, "max-templates", "most templates of one namespace"},
		{&l.TemplateBytes, "max-template-bytes", "most text of one template"},
		{&l.NamespaceBytes, "max-namespace-bytes", "most text of all templates of one namespace"},
		{&l.AddedItems, "max-added-items", "most list items and map entries added to one pod"},
		{&l.NodeSelectorTerms, "max-node-selector-terms", "most terms that required node affinity may grow to"},
		{&l.NamedTemplates, "max-named-templates", "most templates one pod may ask for"},
		{&l.CacheBytes, "max-cache-bytes", "memory for composed templates"},
	}
}

type limit struct {
	field       *int
	name, usage string
}

func (f *flags) registerLimits(command *cobra.Command) {
	set := command.Flags()
	f.server.Limits = podtemplate.DefaultLimits()
	for _, l := range f.limits() {
		set.IntVar(l.field, l.name, *l.field, l.usage)
	}
}

func (f *flags) registerLookups(command *cobra.Command) {
	set := command.Flags()
	set.DurationVar(&f.server.LookupTimeout, "lookup-timeout", store.DefaultLookupTimeout, "how long one pod may wait for all live look-ups together")
	set.Float32Var(&f.server.LookupRate, "lookup-rate", store.DefaultLookupRate, "live look-ups a second, of all pods together")
	set.IntVar(&f.server.LookupBurst, "lookup-burst", store.DefaultLookupBurst, "live look-ups at once, of all pods together")
}

// options puts the server's options together; it reads the kubeconfig and nothing else.
func (f *flags) options(logger *slog.Logger) (webhook.Options, error) {
	opts := f.server
	if err := f.check(); err != nil {
		return opts, err
	}
	opts.Logger = logger
	opts.Instance = hostname()
	if opts.SystemNamespace == "" {
		opts.SystemNamespace = ownNamespace()
	}
	if opts.Drain == 0 {
		opts.Drain = -1 // the zero value means the default
	}
	var err error
	if opts.Config, err = f.cluster.config(); err != nil {
		return opts, err
	}
	opts.Certificates, err = f.certificates.source(opts, logger)
	return opts, err
}

// check refuses numbers that would mean "nothing is allowed" or worse.
func (f *flags) check() error {
	for _, l := range f.limits() {
		if *l.field <= 0 {
			return fmt.Errorf("%w: --%s must be more than 0", errUsage, l.name)
		}
	}
	if f.server.LookupTimeout <= 0 || f.server.LookupRate <= 0 || f.server.LookupBurst <= 0 {
		return fmt.Errorf("%w: --lookup-timeout, --lookup-rate and --lookup-burst must be more than 0", errUsage)
	}
	return nil
}
