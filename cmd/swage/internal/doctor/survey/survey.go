package survey

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/version"
	"k8s.io/client-go/rest"

	"swage.dev/swage/cmd/swage/internal/doctor"
	"swage.dev/swage/podtemplate"
	"swage.dev/swage/submitter/apiserver"
)

// Options say what to look at. Server is required.
type Options struct {
	Server *apiserver.Server
	// Config forwards ports to the replicas, so that what they serve is seen. Default: what is kept in the Secret is.
	Config *rest.Config
	// Namespace is where Spark runs. Default: any, and nothing is asked about accounts.
	Namespace string
	// Account is the service account of drivers, Submitter that of who submits. Defaults: none, and the user.
	Account, Submitter string
	// Version is that of this program. Default: not known.
	Version string
	// Now is the time.
	Now time.Time
}

// surveyor reads one cluster.
type surveyor struct {
	Options
	facts *doctor.Facts
}

// atOnce is how many steps go on at once within each group of them.
const atOnce = 8

// Read reads the facts. The error is about an API server that does not answer, or that does not know who asks.
func Read(ctx context.Context, o Options) (*doctor.Facts, error) {
	s := &surveyor{Options: o, facts: &doctor.Facts{Now: o.Now, Version: o.Version}}
	s.facts.Kubernetes = s.version(ctx)
	if err := s.facts.Kubernetes.Err; err != nil && (!answered(err) || apierrors.IsUnauthorized(err)) {
		return nil, fmt.Errorf("nothing can be examined: %w", err)
	}
	s.cluster(ctx)
	s.installations(ctx)
	s.spark(ctx)
	return s.facts, ctx.Err()
}

// answered tells whether an error is the API server's own.
func answered(err error) bool {
	status, missing := apierrors.APIStatus(nil), (*doctor.MissingRight)(nil)
	return errors.As(err, &status) || errors.As(err, &missing)
}

func (s *surveyor) version(ctx context.Context) (read doctor.Read[version.Info]) {
	text, err := s.Server.Text(ctx, "/version")
	if err == nil {
		err = json.Unmarshal([]byte(text), &read.Value)
	}
	read.Err = denied(err, doctor.Right{Verb: "get", Resource: "/version"})
	return read
}

// cluster reads what is of no installation.
func (s *surveyor) cluster(ctx context.Context) {
	f := s.facts
	all(
		func() { f.Mutating = mutating(ctx, s) },
		func() { f.Validating = validating(ctx, s) },
		func() { f.Policies = s.policies(ctx) },
		func() { f.Namespaces = s.metadata(ctx, "Namespace") },
		func() { f.Nodes = s.nodes(ctx) },
		func() { f.Templates = templates(ctx, s) },
		func() { f.Counters = s.counters(ctx) },
	)
}

// all runs steps at once.
func all(steps ...func()) {
	var group errgroup.Group
	group.SetLimit(atOnce)
	for _, step := range steps {
		group.Go(func() error {
			step()
			return nil
		})
	}
	_ = group.Wait() // each keeps its own error
}

func (s *surveyor) counters(ctx context.Context) (read doctor.Read[doctor.Samples]) {
	text, err := s.Server.Text(ctx, "/metrics")
	read.Err = denied(err, doctor.MetricsRight())
	read.Value = doctor.ParseSamples(text, doctor.RejectionsMetric, doctor.FailedOpenMetric, doctor.StartMetric)
	return read
}

// installations finds them and reads each.
func (s *surveyor) installations(ctx context.Context) {
	servers := list[appsv1.Deployment](ctx, s, apiserver.Ref{APIVersion: appsVersion, Kind: "Deployment"}, doctor.ServerLabels)
	places, uncalled := doctor.Places(s.facts, servers.Value)
	s.facts.Uncalled = uncalled
	s.facts.Installations = make([]doctor.Installation, len(places))
	steps := make([]func(), len(places))
	for i, place := range places {
		in := &s.facts.Installations[i]
		in.Place = place
		steps[i] = func() { s.installation(ctx, in) }
	}
	all(steps...)
}

const templatesSelector = podtemplate.TemplateLabel
