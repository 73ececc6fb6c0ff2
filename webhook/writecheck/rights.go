package writecheck

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
	admissionv1 "k8s.io/api/admission/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/webhook/metrics"
)

// The right to write templates.
const (
	Verb     = podtemplate.WriteVerb
	Resource = podtemplate.TemplatesResource
)

// Group is the API group of Resource.
var Group = podtemplate.Group()

// right is one that a writer of a template needs.
type right struct {
	says       string
	attributes authorizationv1.ResourceAttributes
}

// rightsFor are those that a write needs. A template of the system namespace
// reaches every namespace, and so must the right to create pods.
func (c *Checker) rightsFor(req *admissionv1.AdmissionRequest) []right {
	pods, where := req.Namespace, "in namespace "+req.Namespace
	if req.Namespace == c.opts.SystemNamespace {
		pods, where = metav1.NamespaceAll, "in all namespaces, which templates of namespace "+req.Namespace+" reach"
	}
	return []right{
		{"create pods " + where, authorizationv1.ResourceAttributes{
			Namespace: pods, Verb: "create", Resource: "pods", Version: "v1",
		}},
		{fmt.Sprintf("%s %s.%s in namespace %s", Verb, Resource, Group, req.Namespace), authorizationv1.ResourceAttributes{
			Namespace: req.Namespace, Verb: Verb, Group: Group, Resource: Resource, Name: req.Name,
		}},
	}
}

// permitted asks for all rights at once.
func (c *Checker) permitted(ctx context.Context, req *admissionv1.AdmissionRequest) decision {
	rights := c.rightsFor(req)
	lacking := make([]string, len(rights))
	group, ctx := errgroup.WithContext(ctx)
	for i, needed := range rights {
		group.Go(func() error {
			may, err := c.may(ctx, req.UserInfo, needed.attributes)
			if !may {
				lacking[i] = needed.says
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return allowedUnless(fmt.Errorf("asking what %s may do: %w", req.UserInfo.Username, err))
	}
	lacking = slices.DeleteFunc(lacking, func(says string) bool { return says == "" })
	if len(lacking) > 0 {
		return refuse(metrics.WriteForbidden, http.StatusForbidden,
			"%s may not write templates here: a template shapes other people's pods, and takes the right to %s",
			req.UserInfo.Username, strings.Join(lacking, ", and to "))
	}
	return decision{outcome: metrics.WriteAllowed}
}

// may asks as the writer: by name, groups, uid and extra, as the API server authenticated them.
func (c *Checker) may(ctx context.Context, user authenticationv1.UserInfo, wanted authorizationv1.ResourceAttributes) (bool, error) {
	extra := map[string]authorizationv1.ExtraValue{}
	for key, values := range user.Extra {
		extra[key] = authorizationv1.ExtraValue(values)
	}
	answer, err := c.opts.Ask(ctx, authorizationv1.SubjectAccessReviewSpec{
		User: user.Username, Groups: user.Groups, UID: user.UID, Extra: extra, ResourceAttributes: &wanted,
	})
	return err == nil && answer.Allowed && !answer.Denied, err
}

// cleaners are Kubernetes' own controllers that delete what a namespace or an
// owner leaves behind. The registration lets them pass as well, so that a server
// that is down stops no clean-up.
var cleaners = []string{
	"system:serviceaccount:kube-system:namespace-controller",
	"system:serviceaccount:kube-system:generic-garbage-collector",
}

// freeToDelete tells whether a deletion needs no right of ours: nothing may keep
// a namespace from going away.
func (c *Checker) freeToDelete(ctx context.Context, req *admissionv1.AdmissionRequest) (bool, error) {
	if slices.Contains(cleaners, req.UserInfo.Username) {
		return true, nil
	}
	return c.opts.Templates.Terminating(ctx, req.Namespace)
}
