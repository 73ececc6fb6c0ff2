package store

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/podtemplate"
)

// Surroundings puts together what has to be known to shape a pod of that
// namespace as that role. It asks the API server only for what the informers do
// not know, and no longer than ctx allows.
func (s *Store) Surroundings(ctx context.Context, pod *podtemplate.Pod, namespace string, role podtemplate.Role) (podtemplate.Request, error) {
	req := podtemplate.Request{
		Pod: pod, Namespace: namespace, Role: role,
		Templates: s.templates.library(namespace), SystemTemplates: s.systemLibrary(),
	}
	var err error
	if s.namespaces != nil {
		if req.NamespaceLabels, err = s.namespaces.labels(ctx, namespace); err != nil {
			return req, err
		}
	}
	if role == podtemplate.Executor {
		req.Driver, req.DriverMissing, err = s.drivers.of(ctx, pod, namespace)
	}
	return req, err
}

// Find looks for named templates that the informers have not seen, in the pod's
// namespace and, if they are not there, in the system namespace. It returns the request with those that
// exist; found is false when there are none. A ConfigMap without the template
// label does not exist in this sense.
func (s *Store) Find(ctx context.Context, req podtemplate.Request, names []string) (_ podtemplate.Request, found bool, err error) {
	own, err := s.findIn(ctx, req.Namespace, req.Namespace, names)
	if err != nil {
		return req, false, err
	}
	var system []podtemplate.Entry
	if s.opts.SystemNamespace != "" {
		if system, err = s.findIn(ctx, req.Namespace, s.opts.SystemNamespace, missing(names, own)); err != nil {
			return req, false, err
		}
	}
	req.Templates = s.templates.with(req.Templates, own)
	req.SystemTemplates = s.templates.with(req.SystemTemplates, system)
	return req, len(own)+len(system) > 0, nil
}

// missing returns the names that are not among those found.
func missing(names []string, found []podtemplate.Entry) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		return slices.ContainsFunc(found, func(e podtemplate.Entry) bool { return e.Name == name })
	})
}

func (s *Store) findIn(ctx context.Context, asker, namespace string, names []string) ([]podtemplate.Entry, error) {
	answers := make([]*podtemplate.Entry, len(names))
	group, ctx := errgroup.WithContext(ctx)
	for i, name := range names {
		if !validName(name) {
			continue
		}
		group.Go(func() (err error) {
			answers[i], err = s.named.get(ctx, asker, key{namespace: namespace, name: name})
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	var found []podtemplate.Entry
	for _, answer := range answers {
		if answer != nil {
			found = append(found, *answer)
		}
	}
	return found, nil
}

func (s *Store) getTemplate(ctx context.Context, k key) (*podtemplate.Entry, error) {
	cm, err := s.opts.Client.CoreV1().ConfigMaps(k.namespace).Get(ctx, k.name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) || (err == nil && !s.wanted.Matches(labelsOf(cm))) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	entry := s.templates.entry(cm)
	return &entry, nil
}
