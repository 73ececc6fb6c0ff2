package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/sync/errgroup"
	authorizationv1 "k8s.io/api/authorization/v1"

	"swage.dev/swage/submitter/apiserver"
)

// Right is something that one may do in a namespace, in the words of a Role.
type Right struct {
	Verb string
	// Group is the API group, "" for the core one.
	Group string
	// Resource is a plural, such as jobs; with a subresource as pods/attach.
	Resource string
}

func (r Right) String() string {
	resource, part, nested := strings.Cut(r.Resource, "/")
	if r.Group != "" {
		resource += "." + r.Group
	}
	if nested {
		resource += "/" + part
	}
	return r.Verb + " " + resource
}

// ErrMissingRights is wrapped by the error about rights that somebody does not have.
var ErrMissingRights = errors.New("rights are missing")

// CheckRights asks whether the user has rights in a namespace, before anything is done that would have to be taken back. The
// error names all that are missing, and wraps ErrMissingRights. Where the server does not say, there is no error: it will tell.
func CheckRights(ctx context.Context, server *apiserver.Server, namespace string, rights ...Right) error {
	missing := make([]bool, len(rights))
	var asking errgroup.Group
	for i, right := range rights {
		asking.Go(func() error {
			missing[i] = lacks(ctx, server, namespace, right)
			return nil
		})
	}
	_ = asking.Wait()
	var names []string
	for i, right := range rights {
		if missing[i] {
			names = append(names, right.String())
		}
	}
	if len(names) == 0 {
		return nil
	}
	return fmt.Errorf("%w in namespace %s: %s", ErrMissingRights, namespace, strings.Join(names, ", "))
}

func lacks(ctx context.Context, server *apiserver.Server, namespace string, right Right) bool {
	allowed, err := server.May(ctx, authorizationv1.ResourceAttributes{
		Namespace: namespace, Verb: right.Verb, Group: right.Group, Resource: right.Resource,
	})
	return err == nil && !allowed
}
