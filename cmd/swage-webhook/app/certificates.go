package app

import (
	"cmp"
	"fmt"
	"log/slog"

	"github.com/spf13/cobra"
	"k8s.io/client-go/kubernetes"

	"swage.dev/swage/certs"
	"swage.dev/swage/webhook"
)

// certificates says where the serving certificate comes from.
type certificates struct {
	from       string
	dir        string
	service    string
	secret     string
	mutating   []string
	validating []string
	hosts      []string
}

func (c *certificates) register(command *cobra.Command) {
	set := command.Flags()
	set.StringVar(&c.from, "certificates", "self", "where the serving certificate comes from: self (made here, kept in a Secret), cert-manager (issued into a Secret by a Certificate), both trusted by writing the webhook configuration's bundle; or files")
	set.StringVar(&c.dir, "certificates-dir", "/etc/swage/tls", "with files: the directory that holds tls.crt and tls.key")
	set.StringVar(&c.service, "service", "swage-webhook", "name of the Service in front of this server")
	set.StringVar(&c.secret, "secret", "swage-webhook-tls", "with self: the Secret in the system namespace, which must exist; with cert-manager: the Certificate's")
	set.StringSliceVar(&c.mutating, "configuration", []string{"00-swage"}, "with self and cert-manager: the MutatingWebhookConfigurations whose bundle to write")
	set.StringSliceVar(&c.validating, "validating-configuration", []string{"swage-templates"}, "with self and cert-manager: the ValidatingWebhookConfigurations whose bundle to write; none: \"\"")
	set.StringSliceVar(&c.hosts, "certificate-host", nil, "for configurations that call a URL: its name or address; with self further ones in the certificate, else those that must be in it")
}

func (c *certificates) source(opts webhook.Options, logger *slog.Logger) (webhook.Certificates, error) {
	switch c.from {
	case "files":
		files, err := certs.NewFiles(certs.FilesOptions{Dir: c.dir, Host: c.host(opts)})
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errUsage, err)
		}
		return files, nil
	case "self", "cert-manager":
		return c.writingBundles(opts, logger)
	}
	return nil, fmt.Errorf("%w: --certificates is %q: expected self, cert-manager or files", errUsage, c.from)
}

// host is the name that API servers call.
func (c *certificates) host(opts webhook.Options) string {
	if len(c.hosts) > 0 {
		return c.hosts[0]
	}
	return c.service + "." + cmp.Or(opts.Namespace, opts.SystemNamespace) + ".svc"
}

// writingBundles makes a source that writes the registrations' bundles.
func (c *certificates) writingBundles(opts webhook.Options, logger *slog.Logger) (webhook.Certificates, error) {
	if opts.Namespace != "" {
		return nil, fmt.Errorf("%w: --namespace goes with --certificates files: writing bundles needs rights in the whole cluster", errUsage)
	}
	client, err := kubernetes.NewForConfig(opts.Config)
	if err != nil {
		return nil, fmt.Errorf("client for certificates: %w", err)
	}
	begin := c.self
	if c.from == "cert-manager" {
		begin = c.certManager
	}
	made, err := begin(client, opts.SystemNamespace, logger)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errUsage, err)
	}
	return made, nil
}

func (c *certificates) self(client kubernetes.Interface, namespace string, logger *slog.Logger) (webhook.Certificates, error) {
	return certs.NewSelf(certs.SelfOptions{
		Client: client, Namespace: namespace, Service: c.service, ExtraHosts: c.hosts, Secret: c.secret,
		Configurations: c.configurations(), Logger: logger,
	})
}

func (c *certificates) certManager(client kubernetes.Interface, namespace string, logger *slog.Logger) (webhook.Certificates, error) {
	return certs.NewCertManager(certs.CertManagerOptions{
		Client: client, Namespace: namespace, Service: c.service, ExtraHosts: c.hosts, Secret: c.secret,
		Configurations: c.configurations(), Logger: logger,
	})
}

func (c *certificates) configurations() certs.Configurations {
	return certs.Configurations{Mutating: c.mutating, Validating: c.validating}
}
