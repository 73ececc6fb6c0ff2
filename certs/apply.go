package certs

import (
	"context"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	apply "k8s.io/client-go/applyconfigurations/admissionregistration/v1"
	"k8s.io/client-go/kubernetes"
)

// applier writes bundles by server-side apply, under a field manager of its
// own, so that the installer's manager and ours do not fight over the field.
//
// An apply carries, for each entry that calls us, caBundle and the fields
// without which the API server calls an entry invalid: sideEffects,
// admissionReviewVersions and the address (service or url). All but caBundle
// have the values just read. The traps behind that, seen on Kubernetes 1.36:
//
//   - Whoever applies an entry owns a part of it. When the installer, itself
//     applied server-side, drops the entry, the API server keeps the parts that
//     others own. Were those name and caBundle alone, the rest would be
//     invalid, and the INSTALLER's apply would fail ("sideEffects: Required
//     value") until somebody found out that our ownership is the reason. As it
//     is, a ghost stays that is valid and, having no rules, never calls.
//     Our next apply leaves entries without rules out, and as nobody owns the
//     ghost then, it goes.
//   - Owning more (rules, path, port, selectors, failurePolicy) would make
//     every change that the installer applies to them a conflict with us. The
//     fields above do not change in the life of an installation.
//   - An apply to a name that does not exist is a create. uid and
//     resourceVersion make it fail instead, and are the lock against the
//     installer: an entry dropped since our read would come back, as a ghost.
//   - Force, because the field is ours: after somebody overwrote a bundle he
//     owns it, and without force he would keep it.
type applier struct {
	client  kubernetes.Interface
	manager string
}

func (a *applier) apply(ctx context.Context, c configuration, bundle []byte) error {
	options := metav1.ApplyOptions{FieldManager: a.manager, Force: true}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	var err error
	switch c.kind {
	case kindMutating:
		_, err = a.client.AdmissionregistrationV1().MutatingWebhookConfigurations().
			Apply(ctx, mutatingApply(c, bundle), options)
	case kindValidating:
		_, err = a.client.AdmissionregistrationV1().ValidatingWebhookConfigurations().
			Apply(ctx, validatingApply(c, bundle), options)
	}
	return err
}

func mutatingApply(c configuration, bundle []byte) *apply.MutatingWebhookConfigurationApplyConfiguration {
	out := apply.MutatingWebhookConfiguration(c.name).WithUID(types.UID(c.uid)).WithResourceVersion(c.version)
	for _, e := range c.entries {
		if !e.calls {
			continue
		}
		out.WithWebhooks(apply.MutatingWebhook().WithName(e.name).
			WithClientConfig(clientApply(e.client, bundle)).
			WithSideEffects(effectsOf(e)).
			WithAdmissionReviewVersions(e.versions...))
	}
	return out
}

func validatingApply(c configuration, bundle []byte) *apply.ValidatingWebhookConfigurationApplyConfiguration {
	out := apply.ValidatingWebhookConfiguration(c.name).WithUID(types.UID(c.uid)).WithResourceVersion(c.version)
	for _, e := range c.entries {
		if !e.calls {
			continue
		}
		out.WithWebhooks(apply.ValidatingWebhook().WithName(e.name).
			WithClientConfig(clientApply(e.client, bundle)).
			WithSideEffects(effectsOf(e)).
			WithAdmissionReviewVersions(e.versions...))
	}
	return out
}

func clientApply(c admissionv1.WebhookClientConfig, bundle []byte) *apply.WebhookClientConfigApplyConfiguration {
	out := apply.WebhookClientConfig().WithCABundle(bundle...)
	if c.Service != nil {
		return out.WithService(apply.ServiceReference().WithNamespace(c.Service.Namespace).WithName(c.Service.Name))
	}
	if c.URL != nil {
		out.WithURL(*c.URL)
	}
	return out
}

// effectsOf is never guessed on a real server, which refuses entries without.
func effectsOf(e entry) admissionv1.SideEffectClass {
	if e.effects == nil {
		return admissionv1.SideEffectClassNone
	}
	return *e.effects
}
