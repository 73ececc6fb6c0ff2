package survey

import (
	"context"
	"net/url"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/cmd/swage/internal/doctor"
	"swage.dev/swage/submitter/apiserver"
)

// Versions of the groups that are read.
const (
	coreVersion      = "v1"
	appsVersion      = "apps/v1"
	discoveryVersion = "discovery.k8s.io/v1"
	policyVersion    = "policy/v1"
	admissionGroup   = "admissionregistration.k8s.io/"
	admissionVersion = admissionGroup + "v1"
)

// list reads the objects of a kind that labels select.
func list[T any](ctx context.Context, s *surveyor, kind apiserver.Ref, labels string) (read doctor.Read[[]T]) {
	query := url.Values{}
	if labels != "" {
		query.Set("labelSelector", labels)
	}
	var found struct{ Items []T }
	err := s.Server.List(ctx, kind, query, &found)
	return doctor.Read[[]T]{Value: found.Items, Err: denied(err, rightTo("list", kind))}
}

// get reads one object; nil for one that does not exist.
func get[T any](ctx context.Context, s *surveyor, ref apiserver.Ref) (read doctor.Read[*T]) {
	found := new(T)
	switch err := s.Server.Get(ctx, ref, found); {
	case apierrors.IsNotFound(err):
		return read
	case err != nil:
		read.Err = denied(err, rightTo("get", ref))
		return read
	}
	read.Value = found
	return read
}

func (s *surveyor) metadata(ctx context.Context, kind string) (read doctor.Read[[]metav1.PartialObjectMetadata]) {
	ref := apiserver.Ref{APIVersion: coreVersion, Kind: kind}
	found, err := s.Server.ListMetadata(ctx, ref)
	if read.Err = denied(err, rightTo("list", ref)); err == nil {
		read.Value = found.Items
	}
	return read
}

// denied names the right where that is what was missing.
func denied(err error, right doctor.Right) error {
	if apierrors.IsForbidden(err) {
		return &doctor.MissingRight{Right: right}
	}
	return err
}

func rightTo(verb string, ref apiserver.Ref) doctor.Right {
	return doctor.Right{Verb: verb, Group: groupOf(ref.APIVersion), Resource: apiserver.Resource(ref.Kind), Namespace: ref.Namespace, Name: ref.Name}
}

func mutating(ctx context.Context, s *surveyor) doctor.Read[[]admissionv1.MutatingWebhookConfiguration] {
	return list[admissionv1.MutatingWebhookConfiguration](ctx, s, apiserver.Ref{APIVersion: admissionVersion, Kind: "MutatingWebhookConfiguration"}, "")
}

func validating(ctx context.Context, s *surveyor) doctor.Read[[]admissionv1.ValidatingWebhookConfiguration] {
	return list[admissionv1.ValidatingWebhookConfiguration](ctx, s, apiserver.Ref{APIVersion: admissionVersion, Kind: "ValidatingWebhookConfiguration"}, "")
}

func templates(ctx context.Context, s *surveyor) doctor.Read[[]corev1.ConfigMap] {
	return list[corev1.ConfigMap](ctx, s, apiserver.Ref{APIVersion: coreVersion, Kind: "ConfigMap"}, templatesSelector)
}
