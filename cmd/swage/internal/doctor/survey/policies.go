package survey

import (
	"cmp"
	"context"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"swage.dev/swage/cmd/swage/internal/doctor"
	"swage.dev/swage/submitter/apiserver"
)

// policies are those that have a binding, by the newest version that is served; none is served before Kubernetes 1.32.
func (s *surveyor) policies(ctx context.Context) (read doctor.Read[[]doctor.Policy]) {
	for _, version := range []string{"v1", "v1beta1", "v1alpha1"} {
		found := list[admissionv1.MutatingAdmissionPolicy](ctx, s, apiserver.Ref{APIVersion: admissionGroup + version, Kind: "MutatingAdmissionPolicy"}, "")
		if apierrors.IsNotFound(found.Err) {
			continue
		}
		bindings := list[admissionv1.MutatingAdmissionPolicyBinding](ctx, s, apiserver.Ref{APIVersion: admissionGroup + version, Kind: "MutatingAdmissionPolicyBinding"}, "")
		if read.Err = cmp.Or(found.Err, bindings.Err); read.Err == nil {
			read.Value = bound(found.Value, bindings.Value)
		}
		return read
	}
	return read
}

// bound are the policies that have bindings, each with its own.
func bound(all []admissionv1.MutatingAdmissionPolicy, bindings []admissionv1.MutatingAdmissionPolicyBinding) (used []doctor.Policy) {
	of := map[string][]admissionv1.MutatingAdmissionPolicyBinding{}
	for i := range bindings {
		name := bindings[i].Spec.PolicyName
		of[name] = append(of[name], bindings[i])
	}
	for i := range all {
		if own := of[all[i].Name]; len(own) > 0 {
			used = append(used, doctor.Policy{MutatingAdmissionPolicy: all[i], Bindings: own})
		}
	}
	return used
}
