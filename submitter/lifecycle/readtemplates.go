package lifecycle

import (
	"context"
	"fmt"
	"net/url"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter/apiserver"
	"swage.dev/swage/submitter/shapehere"
)

// ReadTemplates reads the templates that reach the pods of a namespace: its own,
// and those of the system namespace, "" for none. It reads by the user's own
// rights, which the webhook's users do not need.
func ReadTemplates(ctx context.Context, server *apiserver.Server, namespace, system string) (*shapehere.Templates, error) {
	o := shapehere.Options{Namespace: namespace, SystemNamespace: system}
	group, reading := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		o.Own, err = templatesOf(reading, server, namespace)
		return err
	})
	if system != "" && system != namespace {
		group.Go(func() (err error) {
			o.System, err = templatesOf(reading, server, system)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	if shapehere.SelectNamespaces(o.System) {
		var self corev1.Namespace
		if err := server.Get(ctx, apiserver.Ref{APIVersion: "v1", Kind: "Namespace", Name: namespace}, &self); err != nil {
			return nil, fmt.Errorf("a template of %s selects namespaces by their labels, and those of %s cannot be read: %w", system, namespace, err)
		}
		o.NamespaceLabels = self.Labels
	}
	return shapehere.New(o), nil
}

func templatesOf(ctx context.Context, server *apiserver.Server, namespace string) ([]corev1.ConfigMap, error) {
	var list corev1.ConfigMapList
	query := url.Values{"labelSelector": {shapehere.Selector}}
	if err := server.List(ctx, apiserver.Ref{APIVersion: "v1", Kind: "ConfigMap", Namespace: namespace}, query, &list); err != nil {
		return nil, fmt.Errorf("the templates of namespace %s cannot be read: %w", namespace, err)
	}
	return list.Items, nil
}
