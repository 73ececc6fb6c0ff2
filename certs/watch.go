package certs

import (
	"context"
	"sync"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
)

// scope limits a watch.
type scope func(*metav1.ListOptions)

// byName is the one scope that RBAC's resourceNames can allow: the API server
// grants list and watch on a name only to requests that select this field.
func byName(name string) scope {
	selector := fields.OneTermEqualSelector(metav1.ObjectNameField, name).String()
	return func(o *metav1.ListOptions) { o.FieldSelector = selector }
}

func byLabel(selector string) scope {
	return func(o *metav1.ListOptions) { o.LabelSelector = selector }
}

// listWatcher is what every typed client of client-go offers.
type listWatcher[L runtime.Object] interface {
	List(context.Context, metav1.ListOptions) (L, error)
	Watch(context.Context, metav1.ListOptions) (watch.Interface, error)
}

// informer calls changed for each object in scope, and again for each change;
// gone for one that was deleted or left the scope. Its errors are client-go's
// to log and to retry.
func informer[T, L runtime.Object](client listWatcher[L], kind T, in scope, changed, gone func(T)) cache.Controller {
	lw := cache.ToListWatcherWithWatchListSemantics(&cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
			in(&o)
			return client.List(ctx, o)
		},
		WatchFuncWithContext: func(ctx context.Context, o metav1.ListOptions) (watch.Interface, error) {
			in(&o)
			return client.Watch(ctx, o)
		},
	}, client)
	_, controller := cache.NewInformerWithOptions(cache.InformerOptions{
		ListerWatcher: lw,
		ObjectType:    kind,
		Handler: cache.ResourceEventHandlerFuncs{
			AddFunc:    func(obj any) { changed(obj.(T)) },
			UpdateFunc: func(_, obj any) { changed(obj.(T)) },
			DeleteFunc: func(obj any) { deleted(obj, gone) },
		},
	})
	return controller
}

// deleted unwraps the tombstone of an object whose end the watch has missed.
func deleted[T runtime.Object](obj any, gone func(T)) {
	if tombstone, ok := obj.(cache.DeletedFinalStateUnknown); ok {
		obj = tombstone.Obj
	}
	if last, ok := obj.(T); ok {
		gone(last)
	}
}

// watchSecret keeps one Secret's newest state flowing.
func watchSecret(client kubernetes.Interface, namespace, name string, changed func(*corev1.Secret)) cache.Controller {
	return informer(client.CoreV1().Secrets(namespace), &corev1.Secret{}, byName(name),
		changed, func(*corev1.Secret) { changed(nil) })
}

// watchConfigurations feeds t with every configuration that which names; wake
// is called after each.
func watchConfigurations(client kubernetes.Interface, which Configurations, to target, t *trust, wake func()) []cache.Controller {
	api := client.AdmissionregistrationV1()
	mutating := func(in scope) cache.Controller {
		return informer(api.MutatingWebhookConfigurations(), &admissionv1.MutatingWebhookConfiguration{}, in,
			func(c *admissionv1.MutatingWebhookConfiguration) { t.observe(fromMutating(c, to)); wake() },
			func(c *admissionv1.MutatingWebhookConfiguration) { t.forget(ref{kindMutating, c.Name}); wake() })
	}
	validating := func(in scope) cache.Controller {
		return informer(api.ValidatingWebhookConfigurations(), &admissionv1.ValidatingWebhookConfiguration{}, in,
			func(c *admissionv1.ValidatingWebhookConfiguration) { t.observe(fromValidating(c, to)); wake() },
			func(c *admissionv1.ValidatingWebhookConfiguration) { t.forget(ref{kindValidating, c.Name}); wake() })
	}
	if which.Selector != "" {
		return []cache.Controller{mutating(byLabel(which.Selector)), validating(byLabel(which.Selector))}
	}
	var all []cache.Controller
	for _, name := range which.Mutating {
		all = append(all, mutating(byName(name)))
	}
	for _, name := range which.Validating {
		all = append(all, validating(byName(name)))
	}
	return all
}

// run runs all controllers until ctx is done; the returned function waits for
// their end.
func run(ctx context.Context, controllers []cache.Controller) (wait func()) {
	var running sync.WaitGroup
	for _, c := range controllers {
		running.Go(func() { c.RunWithContext(ctx) })
	}
	return running.Wait
}

// synced waits until each controller has delivered what existed at its start,
// or ctx is done.
func synced(ctx context.Context, controllers []cache.Controller) bool {
	for _, c := range controllers {
		select {
		case <-c.HasSyncedChecker().Done():
		case <-ctx.Done():
			return false
		}
	}
	return true
}
