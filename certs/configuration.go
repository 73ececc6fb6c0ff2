package certs

import (
	"net/url"
	"slices"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Kinds of webhook configurations.
const (
	kindMutating   = "MutatingWebhookConfiguration"
	kindValidating = "ValidatingWebhookConfiguration"
)

// ref names a webhook configuration.
type ref struct{ kind, name string }

func (r ref) String() string { return r.kind + "/" + r.name }

// configuration is what the bundle's writer needs of either kind.
type configuration struct {
	ref
	uid, version string // of the object that was read
	writer       string // who wrote it last, as its managedFields say
	entries      []entry
}

// entry is one webhook that calls this server.
type entry struct {
	name     string
	host     string // the name that the API server verifies
	client   admissionv1.WebhookClientConfig
	effects  *admissionv1.SideEffectClass
	versions []string
	owners   []string // who wrote its bundle, see bundleOwners
	calls    bool     // has rules: an entry without any never calls
}

// target says which entries call this server.
type target struct {
	namespace, service string
	hosts              []string // the first is the Service's
}

func fromMutating(c *admissionv1.MutatingWebhookConfiguration, to target) configuration {
	out, owners := describe(kindMutating, &c.ObjectMeta), bundleOwners(&c.ObjectMeta)
	for i := range c.Webhooks {
		w := &c.Webhooks[i]
		out.add(to, entry{
			name: w.Name, client: w.ClientConfig, effects: w.SideEffects,
			versions: w.AdmissionReviewVersions, owners: owners[w.Name], calls: len(w.Rules) > 0,
		})
	}
	return out
}

func fromValidating(c *admissionv1.ValidatingWebhookConfiguration, to target) configuration {
	out, owners := describe(kindValidating, &c.ObjectMeta), bundleOwners(&c.ObjectMeta)
	for i := range c.Webhooks {
		w := &c.Webhooks[i]
		out.add(to, entry{
			name: w.Name, client: w.ClientConfig, effects: w.SideEffects,
			versions: w.AdmissionReviewVersions, owners: owners[w.Name], calls: len(w.Rules) > 0,
		})
	}
	return out
}

func describe(kind string, m *metav1.ObjectMeta) configuration {
	return configuration{
		ref: ref{kind, m.Name}, uid: string(m.UID), version: m.ResourceVersion, writer: lastWriter(m),
	}
}

// lastWriter is for the log line that shows who overwrote a bundle.
func lastWriter(m *metav1.ObjectMeta) string {
	var last metav1.ManagedFieldsEntry
	for _, f := range m.ManagedFields {
		if f.Time != nil && (last.Time == nil || !f.Time.Before(last.Time)) {
			last = f
		}
	}
	return last.Manager
}

func (c *configuration) add(to target, e entry) {
	host, ok := to.hostOf(e.client)
	if !ok {
		return
	}
	e.host = host
	c.entries = append(c.entries, e)
}

// hostOf is the name that the API server would verify, if the entry is ours.
// Entries with a url are for servers outside the cluster (development, tests).
func (t target) hostOf(c admissionv1.WebhookClientConfig) (string, bool) {
	if s := c.Service; s != nil {
		return t.hosts[0], s.Name == t.service && s.Namespace == t.namespace
	}
	if c.URL == nil {
		return "", false
	}
	u, err := url.Parse(*c.URL)
	if err != nil {
		return "", false
	}
	return u.Hostname(), slices.Contains(t.hosts, u.Hostname())
}

// lacks tells whether the writer has something to do: an entry that calls has
// another bundle, or one that does not call still has one (a ghost, see
// applier).
func (c configuration) lacks(bundle []byte) bool {
	return slices.ContainsFunc(c.entries, func(e entry) bool {
		if e.calls {
			return !sameBundle(e.client.CABundle, bundle)
		}
		return len(e.client.CABundle) > 0
	})
}
