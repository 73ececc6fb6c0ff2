package submitter

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// DryRun asks the API server what it would store of a plan: each object as it
// is after admission, webhooks included, in the order of Objects.All. Nothing
// is created. Objects have no owner, since there is no driver that could be it.
// The server sees the plan as it is: make it with Options.Redact where its
// secrets should not travel.
func DryRun(ctx context.Context, server *Server, objects *Objects) ([]Object, error) {
	var all []Object
	for _, o := range objects.All() {
		stored := &unstructured.Unstructured{}
		if err := server.dryCreate(ctx, o, &stored.Object); err != nil {
			return nil, fmt.Errorf("the %s %s: %w", o.GetObjectKind().GroupVersionKind().Kind, o.GetName(), err)
		}
		stored.SetManagedFields(nil) // nobody reads them
		all = append(all, stored)
	}
	return all, nil
}

// dryCreate reads what creating an object would store.
func (s *Server) dryCreate(ctx context.Context, object Object, stored any) error {
	return s.shapeAndPost(ctx, object, dryRunQuery, stored)
}

// dryRunQuery makes a creation one that stores nothing.
const dryRunQuery = "dryRun=All&"
