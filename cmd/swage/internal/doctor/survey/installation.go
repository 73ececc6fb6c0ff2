package survey

import (
	"context"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/cmd/swage/internal/doctor"
	"swage.dev/swage/submitter/apiserver"
)

func (s *surveyor) installation(ctx context.Context, in *doctor.Installation) {
	namespace := in.Place.Namespace
	all(
		func() {
			in.Deployments = list[appsv1.Deployment](ctx, s, apiserver.Ref{APIVersion: appsVersion, Kind: "Deployment", Namespace: namespace}, "")
		},
		func() {
			in.Service = get[corev1.Service](ctx, s, apiserver.Ref{APIVersion: coreVersion, Kind: "Service", Namespace: namespace, Name: in.Place.Service})
		},
		func() {
			in.Slices = list[discoveryv1.EndpointSlice](ctx, s, apiserver.Ref{APIVersion: discoveryVersion, Kind: "EndpointSlice", Namespace: namespace}, discoveryv1.LabelServiceName+"="+in.Place.Service)
		},
		func() {
			in.Budgets = list[policyv1.PodDisruptionBudget](ctx, s, apiserver.Ref{APIVersion: policyVersion, Kind: "PodDisruptionBudget", Namespace: namespace}, "")
		},
	)
	in.Pods = s.pods(ctx, in)
	all(
		func() { in.Metrics = s.metrics(ctx, in) },
		func() { in.Served = s.served(ctx, in) },
		func() { in.Rights = s.serverRights(ctx, in) },
		func() { in.Answer = s.answer(ctx, in) },
	)
}

// pods are the replicas.
func (s *surveyor) pods(ctx context.Context, in *doctor.Installation) (read doctor.Read[[]corev1.Pod]) {
	d := in.Deployment()
	if d == nil {
		read.Err = in.Deployments.Err
		return read
	}
	return list[corev1.Pod](ctx, s, apiserver.PodRef(d.Namespace, ""), metav1.FormatLabelSelector(d.Spec.Selector))
}

// metrics are what ready replicas say of themselves.
func (s *surveyor) metrics(ctx context.Context, in *doctor.Installation) (read doctor.Read[map[string]doctor.Samples]) {
	read = doctor.Read[map[string]doctor.Samples]{Value: map[string]doctor.Samples{}, Err: in.Pods.Err}
	for i := range in.Pods.Value {
		pod := &in.Pods.Value[i]
		port := doctor.Port(pod, doctor.StatusPort)
		if !doctor.Ready(pod) || port == 0 {
			continue
		}
		text, err := s.Server.ProxyText(ctx, apiserver.PodRef(pod.Namespace, pod.Name), port, "/metrics")
		if err != nil {
			read.Err = denied(err, doctor.Right{Verb: "get", Resource: "pods/proxy", Namespace: pod.Namespace})
			return read
		}
		read.Value[pod.Name] = doctor.ParseSamples(text, doctor.TemplatesMetric)
	}
	return read
}

func (s *surveyor) serverRights(ctx context.Context, in *doctor.Installation) doctor.Read[[]doctor.Asked] {
	if in.Deployment() == nil {
		return doctor.Read[[]doctor.Asked]{Err: in.Deployments.Err}
	}
	return s.ask(ctx, in.Account(), in.ServerRights())
}

// groupOf is the group of a version as objects write it.
func groupOf(version string) string {
	group, _, found := strings.Cut(version, "/")
	if !found {
		return ""
	}
	return group
}
