package apiserver

import (
	"context"
	"strings"

	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const reviewVersion = "authorization.k8s.io/v1"

// May asks whether the caller may do something. Its Resource may be written with
// a subresource, as pods/attach.
func (s *Server) May(ctx context.Context, what authorizationv1.ResourceAttributes) (bool, error) {
	review := &authorizationv1.SelfSubjectAccessReview{TypeMeta: metav1.TypeMeta{APIVersion: reviewVersion, Kind: "SelfSubjectAccessReview"}}
	review.Spec.ResourceAttributes = reviewed(what)
	answer := &authorizationv1.SelfSubjectAccessReview{}
	err := s.Create(ctx, review, answer)
	return answer.Status.Allowed, err
}

// MayUser is May of somebody else: the caller needs the right to create
// subjectaccessreviews.
func (s *Server) MayUser(ctx context.Context, user string, groups []string, what authorizationv1.ResourceAttributes) (bool, error) {
	review := &authorizationv1.SubjectAccessReview{TypeMeta: metav1.TypeMeta{APIVersion: reviewVersion, Kind: "SubjectAccessReview"}}
	review.Spec = authorizationv1.SubjectAccessReviewSpec{User: user, Groups: groups, ResourceAttributes: reviewed(what)}
	answer := &authorizationv1.SubjectAccessReview{}
	err := s.Create(ctx, review, answer)
	return answer.Status.Allowed, err
}

// reviewed has the subresource in its own field.
func reviewed(what authorizationv1.ResourceAttributes) *authorizationv1.ResourceAttributes {
	if resource, part, nested := strings.Cut(what.Resource, "/"); nested {
		what.Resource, what.Subresource = resource, part
	}
	return &what
}
