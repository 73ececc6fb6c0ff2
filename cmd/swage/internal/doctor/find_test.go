package doctor

import (
	"errors"
	"fmt"
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
)

// The registrations say which installations there are. A tenant's Deployment that
// calls itself Swage's server is none, so that nobody fails doctor for others.
func TestWhatIsAnInstallation(t *testing.T) {
	server := func(namespace, name string) appsv1.Deployment {
		d := *healthy(t).deployment().DeepCopy()
		d.Namespace, d.Name, d.Spec.Template.Spec.Containers[0].Args = namespace, name, nil
		return d
	}
	own, tenant := server("swage-system", "swage-webhook"), server("team-a", "mine")
	for _, row := range []struct {
		rule          string
		edit          func(p *patient)
		servers       []appsv1.Deployment
		all, uncalled string
	}{
		{"a registration's", func(*patient) {}, nil, "[swage-system/swage-webhook]", "[]"},
		{"and its server, once", func(*patient) {}, []appsv1.Deployment{own}, "[swage-system/swage-webhook]", "[]"},
		{"a tenant's is none", func(*patient) {}, []appsv1.Deployment{own, tenant}, "[swage-system/swage-webhook]", "[team-a/mine]"},
		{"without its registration, beside another", func(*patient) {}, []appsv1.Deployment{server("swage-system", "swage-b-webhook"), own}, "[swage-system/swage-b-webhook swage-system/swage-webhook]", "[]"},
		{"without any registration", func(p *patient) { p.Mutating.Value, p.Validating.Value = nil, nil }, []appsv1.Deployment{own}, "[swage-system/swage-webhook]", "[]"},
		{"the check of templates is a registration", func(p *patient) { p.Mutating.Value = nil }, []appsv1.Deployment{own, tenant}, "[swage-system/swage-webhook]", "[team-a/mine]"},
		{"whom registrations call is not known", func(p *patient) { p.Mutating = Read[[]admissionv1.MutatingWebhookConfiguration]{Err: errors.New("no")} }, []appsv1.Deployment{own, tenant}, "[swage-system/swage-webhook team-a/mine]", "[]"},
	} {
		p := healthy(t)
		row.edit(p)
		all, uncalled := Places(p.Facts, row.servers)
		if fmt.Sprint(all) != row.all || fmt.Sprint(uncalled) != row.uncalled {
			t.Errorf("%s: %v, and not %v", row.rule, all, uncalled)
		}
	}
}
