package certs

import (
	"context"
	"errors"
	"fmt"
	"strings"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	apply "k8s.io/client-go/applyconfigurations/admissionregistration/v1"
	"k8s.io/client-go/kubernetes"
	admissionclient "k8s.io/client-go/kubernetes/typed/admissionregistration/v1"
	coreclient "k8s.io/client-go/kubernetes/typed/core/v1"
)

// fakeClient is fakeAPI as client-go's interfaces. What production code does
// not call is nil and panics, which also pins the rights that it needs.
type fakeClient struct {
	kubernetes.Interface
	api *fakeAPI
}

func (c fakeClient) CoreV1() coreclient.CoreV1Interface { return fakeCore{api: c.api} }
func (c fakeClient) AdmissionregistrationV1() admissionclient.AdmissionregistrationV1Interface {
	return fakeAdmission{api: c.api}
}

type fakeCore struct {
	coreclient.CoreV1Interface
	api *fakeAPI
}

func (c fakeCore) Secrets(string) coreclient.SecretInterface { return fakeSecrets{api: c.api} }

type fakeAdmission struct {
	admissionclient.AdmissionregistrationV1Interface
	api *fakeAPI
}

func (c fakeAdmission) MutatingWebhookConfigurations() admissionclient.MutatingWebhookConfigurationInterface {
	return fakeMutating{api: c.api}
}

func (c fakeAdmission) ValidatingWebhookConfigurations() admissionclient.ValidatingWebhookConfigurationInterface {
	return fakeValidating{api: c.api}
}

type fakeSecrets struct {
	coreclient.SecretInterface
	api *fakeAPI
}

func (fakeSecrets) IsWatchListSemanticsUnSupported() bool { return true }

func (c fakeSecrets) Get(_ context.Context, name string, _ metav1.GetOptions) (*corev1.Secret, error) {
	o, err := c.api.get(ref{kindSecret, name})
	if err != nil {
		return nil, err
	}
	return o.(*corev1.Secret), nil
}

func (c fakeSecrets) Update(ctx context.Context, s *corev1.Secret, _ metav1.UpdateOptions) (*corev1.Secret, error) {
	return c.api.updateSecret(ctx, s)
}

func (c fakeSecrets) List(_ context.Context, o metav1.ListOptions) (*corev1.SecretList, error) {
	list := &corev1.SecretList{}
	return list, c.api.list(kindSecret, o, list)
}

func (c fakeSecrets) Watch(_ context.Context, o metav1.ListOptions) (watch.Interface, error) {
	return c.api.watch(kindSecret, o)
}

type fakeMutating struct {
	admissionclient.MutatingWebhookConfigurationInterface
	api *fakeAPI
}

func (fakeMutating) IsWatchListSemanticsUnSupported() bool { return true }

func (c fakeMutating) List(_ context.Context, o metav1.ListOptions) (*admissionv1.MutatingWebhookConfigurationList, error) {
	list := &admissionv1.MutatingWebhookConfigurationList{}
	return list, c.api.list(kindMutating, o, list)
}

func (c fakeMutating) Watch(_ context.Context, o metav1.ListOptions) (watch.Interface, error) {
	return c.api.watch(kindMutating, o)
}

func (c fakeMutating) Apply(_ context.Context, in *apply.MutatingWebhookConfigurationApplyConfiguration, o metav1.ApplyOptions) (*admissionv1.MutatingWebhookConfiguration, error) {
	old, err := c.api.applied(ref{kindMutating, *in.Name}, *in.ResourceVersion)
	if err != nil {
		return nil, err
	}
	next := old.(*admissionv1.MutatingWebhookConfiguration)
	var owned []string
	for i := range next.Webhooks {
		for _, w := range in.Webhooks {
			if *w.Name == next.Webhooks[i].Name {
				owned = append(owned, *w.Name)
				next.Webhooks[i].ClientConfig.CABundle = w.ClientConfig.CABundle
			}
		}
	}
	return next, c.api.apply(next, o.FieldManager, owned)
}

type fakeValidating struct {
	admissionclient.ValidatingWebhookConfigurationInterface
	api *fakeAPI
}

func (fakeValidating) IsWatchListSemanticsUnSupported() bool { return true }

func (c fakeValidating) List(_ context.Context, o metav1.ListOptions) (*admissionv1.ValidatingWebhookConfigurationList, error) {
	list := &admissionv1.ValidatingWebhookConfigurationList{}
	return list, c.api.list(kindValidating, o, list)
}

func (c fakeValidating) Watch(_ context.Context, o metav1.ListOptions) (watch.Interface, error) {
	return c.api.watch(kindValidating, o)
}

func (c fakeValidating) Apply(_ context.Context, in *apply.ValidatingWebhookConfigurationApplyConfiguration, o metav1.ApplyOptions) (*admissionv1.ValidatingWebhookConfiguration, error) {
	old, err := c.api.applied(ref{kindValidating, *in.Name}, *in.ResourceVersion)
	if err != nil {
		return nil, err
	}
	next := old.(*admissionv1.ValidatingWebhookConfiguration)
	var owned []string
	for i := range next.Webhooks {
		for _, w := range in.Webhooks {
			if *w.Name == next.Webhooks[i].Name {
				owned = append(owned, *w.Name)
				next.Webhooks[i].ClientConfig.CABundle = w.ClientConfig.CABundle
			}
		}
	}
	return next, c.api.apply(next, o.FieldManager, owned)
}

// applied is the object that an apply of some version starts from.
func (a *fakeAPI) applied(r ref, resourceVersion string) (object, error) {
	if err := a.failing("patch"); err != nil {
		return nil, err
	}
	old := a.current(r)
	if old == nil {
		return nil, errors.New("an apply would have created a configuration")
	}
	old.SetResourceVersion(resourceVersion)
	return old, nil
}

// apply stores it, and that manager owns the bundles of these entries.
func (a *fakeAPI) apply(next object, manager string, entries []string) error {
	next.SetManagedFields([]metav1.ManagedFieldsEntry{{
		Manager: manager, Operation: metav1.ManagedFieldsOperationApply, FieldsV1: bundleFields(entries),
	}})
	_, err := a.write(next, false)
	if err == nil {
		a.mu.Lock()
		a.applies++
		a.mu.Unlock()
	}
	return err
}

// bundleFields are the fields of an apply, in the API server's own notation.
func bundleFields(entries []string) *metav1.FieldsV1 {
	var list []string
	for _, name := range entries {
		list = append(list, fmt.Sprintf(`"k:{\"name\":\"%s\"}":{".":{},"f:clientConfig":{"f:caBundle":{},"f:service":{}},"f:name":{}}`, name))
	}
	return metav1.NewFieldsV1(`{"f:webhooks":{` + strings.Join(list, ",") + `}}`)
}
