package doctor

import (
	"strconv"
	"strings"
)

// The minor versions of Kubernetes that something began with.
const (
	matchConditionsBegin  = 28 // before, the API server drops them
	nativeSidecarsBegin   = 29 // on by default
	matchConditionsStable = 30
)

func kubernetes(f *Facts) []finding {
	if f.Kubernetes.Err != nil {
		return unknown(f.Kubernetes.Err)
	}
	v := f.Kubernetes.Value
	minor, err := strconv.Atoi(strings.TrimRight(v.Minor, "+"))
	if err != nil || v.Major != "1" {
		return one(Unknown, "", "the API server says that it is version %s.%s", v.Major, v.Minor)
	}
	if minor < matchConditionsBegin {
		return fail("upgrade Kubernetes", "%s does not know matchConditions: pods that several recognisers know are shaped by each", v.GitVersion)
	}
	for i := range f.Installations {
		in := &f.Installations[i]
		if minor < nativeSidecarsBegin && in.settings()["no-native-sidecars"] != "true" && in.Deployment() != nil {
			return fail(in.upgrade("nativeSidecars=false"), "%s has no native sidecars, and %s makes them of templates' containers: such pods never become ready", v.GitVersion, in.Place)
		}
	}
	if minor < matchConditionsStable {
		return warn("kubectl get --raw /metrics | grep AdmissionWebhookMatchConditions", "%s has matchConditions as beta: they count unless that is switched off", v.GitVersion)
	}
	return ok("%s", v.GitVersion)
}
