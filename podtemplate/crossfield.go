package podtemplate

import (
	"swage.dev/swage/podtemplate/tree"
)

// violation is a rule across fields that a pod breaks: the API server refuses it.
type violation struct {
	// id tells the same violation before and after the merge. It is told to the pod's creator.
	id string
	// nodes are the values that together break the rule.
	nodes []*tree.Node
}

// crossField are the rules across fields that a merge can break although
// neither the pod nor a template breaks them alone. Each is a rule of the API
// server's validation (pkg/apis/core/validation).
var crossField = []func(spec *tree.Node) []violation{
	// of one container
	requestsAboveLimits, escalation, overlappingClaims,
	// of a container and its pod
	initHooks, resizeRestarts, longSleeps, claimsWithoutClaim, hostPorts, takenHostPorts, unmaskedProc,
	// of a container and the pod's volumes
	mountsWithoutVolume, devicesOfFiles, sharedPaths, filesOutsideEmptyDir,
	// of the pod
	podLevelResources, podLevelLimits, userNamespaces, processNamespaces, hostnames, hostSysctls, dnsWithoutServers, longDNSLists,
}

func violations(spec *tree.Node) (found []violation) {
	for _, rule := range crossField {
		found = append(found, rule(spec)...)
	}
	return found
}
