package lifecycle

import (
	"context"
	"fmt"

	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/submitter/apiserver"
)

// MayStage is an error where whoever asks may not attach to pods of a namespace, so that this is known before anything is created.
// A server that does not say is believed to allow it.
func MayStage(ctx context.Context, server *apiserver.Server, namespace string) error {
	review := &authorizationv1.SelfSubjectAccessReview{
		TypeMeta: metav1.TypeMeta{APIVersion: authorizationv1.SchemeGroupVersion.String(), Kind: "SelfSubjectAccessReview"},
		Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: &authorizationv1.ResourceAttributes{
			Namespace: namespace, Verb: "create", Resource: "pods", Subresource: "attach",
		}},
	}
	if err := server.Create(ctx, review, review); err != nil || review.Status.Allowed {
		return nil //nolint:nilerr // attaching itself will tell
	}
	return fmt.Errorf("files of this machine are streamed to the driver, which takes the right to create pods/attach in namespace %s: "+
		"ask for it, or give spark.kubernetes.file.upload.path, or put the files into the image", namespace)
}
