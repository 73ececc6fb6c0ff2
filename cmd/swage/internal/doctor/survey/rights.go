package survey

import (
	"cmp"
	"context"
	"strings"

	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/cmd/swage/internal/doctor"
	"swage.dev/swage/submitter/apiserver"
)

// ask asks about the rights of a service account, as a user; "" is whoever asks.
func (s *surveyor) ask(ctx context.Context, user string, rights []doctor.Right) doctor.Read[[]doctor.Asked] {
	asked, errs := make([]doctor.Asked, len(rights)), make([]error, len(rights))
	steps := make([]func(), len(rights))
	for i, right := range rights {
		steps[i] = func() {
			asked[i].Right = right
			asked[i].Allowed, errs[i] = s.may(ctx, user, right)
		}
	}
	all(steps...)
	return doctor.Read[[]doctor.Asked]{Value: asked, Err: cmp.Or(errs...)}
}

func (s *surveyor) may(ctx context.Context, user string, right doctor.Right) (bool, error) {
	what := authorizationv1.ResourceAttributes{
		Namespace: right.Namespace, Verb: right.Verb, Group: right.Group, Resource: right.Resource, Name: right.Name,
	}
	if user == "" {
		return s.Server.May(ctx, what)
	}
	allowed, err := s.Server.MayUser(ctx, user, groupsOf(user), what)
	return allowed, denied(err, doctor.Right{Verb: "create", Group: authorizationv1.GroupName, Resource: "subjectaccessreviews"})
}

// groupsOf are those that Kubernetes puts a service account in.
func groupsOf(user string) []string {
	const accounts = "system:serviceaccounts"
	words := strings.Split(user, ":") // system:serviceaccount:NAMESPACE:NAME
	return []string{accounts, accounts + ":" + words[2], "system:authenticated"}
}

// mayI is a *doctor.MissingRight where the user has not a right.
func (s *surveyor) mayI(ctx context.Context, right doctor.Right) error {
	allowed, err := s.may(ctx, "", right)
	if err == nil && !allowed {
		return &doctor.MissingRight{Right: right}
	}
	return err
}

// spark asks about Spark's accounts, where a namespace was named.
func (s *surveyor) spark(ctx context.Context) {
	if s.Namespace == "" {
		return
	}
	of := &doctor.Spark{Namespace: s.Namespace, Account: s.Account, Submitter: s.Submitter}
	submitter := ""
	if s.Submitter != "" {
		submitter = doctor.ServiceAccount(s.Namespace, s.Submitter)
	}
	all(
		func() { of.Submit = s.ask(ctx, submitter, doctor.SubmitRights(s.Namespace)) },
		func() {
			if s.Account != "" {
				of.Driver = s.ask(ctx, doctor.ServiceAccount(s.Namespace, s.Account), doctor.DriverRights(s.Namespace))
			}
		},
		func() {
			if s.Account != "" {
				found := get[corev1.ServiceAccount](ctx, s, apiserver.Ref{APIVersion: coreVersion, Kind: "ServiceAccount", Namespace: s.Namespace, Name: s.Account})
				of.Exists = doctor.Read[bool]{Value: found.Value != nil, Err: found.Err}
			}
		},
	)
	s.facts.Spark = of
}
