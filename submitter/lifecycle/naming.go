package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"maps"

	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
)

// CanName tells whether executors of a plan can have templates of their own by
// name (submitter.Given.Named): whoever submits may write templates (R36), and
// pods that ask for some get them. It creates nothing.
func CanName(ctx context.Context, server *apiserver.Server, objects *submitter.Objects) (bool, error) {
	may, err := mayWriteTemplates(ctx, server, objects.Namespace)
	if err != nil || !may {
		return false, err
	}
	return heedsTemplates(ctx, server, objects.Driver)
}

func mayWriteTemplates(ctx context.Context, server *apiserver.Server, namespace string) (bool, error) {
	review := &authorizationv1.SelfSubjectAccessReview{
		TypeMeta: metav1.TypeMeta{APIVersion: "authorization.k8s.io/v1", Kind: "SelfSubjectAccessReview"},
		Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: &authorizationv1.ResourceAttributes{
			Namespace: namespace, Verb: podtemplate.WriteVerb, Group: podtemplate.Group(), Resource: podtemplate.TemplatesResource,
		}},
	}
	answer := &authorizationv1.SelfSubjectAccessReview{}
	if err := server.Create(ctx, review, answer); err != nil {
		return false, fmt.Errorf("asking whether you may write templates: %w", err)
	}
	return answer.Status.Allowed, nil
}

// noSuchTemplate is a name that no template has: ConfigMaps' names end in a letter or a digit.
const noSuchTemplate = "there-is-none-"

// heedsTemplates tries the driver twice: as it is, and asking for a template
// that does not exist. Only the webhook minds that.
func heedsTemplates(ctx context.Context, server *apiserver.Server, driver *corev1.Pod) (bool, error) {
	quiet := *server
	quiet.Warned = nil // nothing comes of it
	probe := driver.DeepCopy()
	if probe.Name == "" { // a Job would name it
		probe.GenerateName = "swage-submit-"
	}
	if err := quiet.DryCreate(ctx, probe, nil); err != nil {
		return false, notAnswered(err) // why it is refused is told when it is created
	}
	probe.Annotations = maps.Clone(probe.Annotations)
	metav1.SetMetaDataAnnotation(&probe.ObjectMeta, podtemplate.TemplatesAnnotation, noSuchTemplate)
	err := quiet.DryCreate(ctx, probe, nil)
	var status apierrors.APIStatus
	denied := errors.As(err, &status) && status.Status().Code/100 == 4
	return denied, notAnswered(err)
}

// notAnswered is an error other than the server's own.
func notAnswered(err error) error {
	var status apierrors.APIStatus
	if errors.As(err, &status) {
		return nil
	}
	return err
}
