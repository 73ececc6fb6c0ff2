package lifecycle

import (
	"context"
	"fmt"
	"maps"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
)

// DryRun asks the API server what it would store of a plan: each object as it
// is after admission, webhooks included, in the order of Objects.All. Nothing
// is created. Objects have no owner, since there is no driver that could be it.
// The server sees the plan as it is: make it with Options.Redact where its
// secrets should not travel.
func DryRun(ctx context.Context, server *apiserver.Server, objects *submitter.Objects) ([]submitter.Object, error) {
	create := creator{server: server, templates: objects.Templates}
	var all []submitter.Object
	for _, o := range objects.All() {
		if err := create.shapeTemplateOf(ctx, o); err != nil {
			return nil, err
		}
		inherited := inherit(o, objects.Driver)
		stored := &unstructured.Unstructured{}
		if err := create.dryCreate(ctx, o, &stored.Object); err != nil {
			return nil, fmt.Errorf("the %s %s: %w", o.GetObjectKind().GroupVersionKind().Kind, o.GetName(), err)
		}
		stored.SetManagedFields(nil) // nobody reads them
		if inherited {
			notes := stored.GetAnnotations()
			delete(notes, podtemplate.TemplatesAnnotation)
			stored.SetAnnotations(notes)
		}
		all = append(all, stored)
	}
	return all, nil
}

// inherit makes an executor ask for its driver's templates itself: in a dry run
// there is no driver that it could have them from. It tells whether it did.
func inherit(o submitter.Object, driver *corev1.Pod) bool {
	asked, asks := driver.Annotations[podtemplate.TemplatesAnnotation]
	if _, own := o.GetAnnotations()[podtemplate.TemplatesAnnotation]; !asks || own || o.GetLabels()[podtemplate.RoleLabel] != string(podtemplate.Executor) {
		return false
	}
	if _, pod := o.(*corev1.Pod); !pod {
		return false
	}
	notes := maps.Clone(o.GetAnnotations())
	if notes == nil {
		notes = map[string]string{}
	}
	notes[podtemplate.TemplatesAnnotation] = asked
	o.SetAnnotations(notes)
	return true
}
