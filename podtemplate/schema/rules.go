package schema

import "strings"

// How says what happens where both a pod and a template speak of a field.
type How int

const (
	// Atomic values are one thing: equal, or a conflict.
	Atomic How = iota
	// Object values are merged member by member.
	Object
	// ByKey maps are merged entry by entry.
	ByKey
	// Keyed lists are matched by key; matching elements are merged member by member.
	Keyed
	// Items are lists matched by key whose elements are one thing each.
	Items
	// Set lists get the elements that they do not have yet; there are no conflicts.
	Set
	// Sources is the set of envFrom: like Set, but the last source wins, so place matters.
	Sources
	// And requires both sides: each term of the pod is combined with each term of the template.
	And
	// Union members exclude each other: the members of one Group are one value.
	Union
	// Protected fields are never a template's to say; they are reported and left alone.
	Protected
	// Refused fields make a template fail to load.
	Refused
	// Ignored fields are the API server's own; files copied from a cluster contain them.
	Ignored
)

// Rule is one row of the table: how some fields of one type merge.
type Rule struct {
	// Type is the Go type that has the fields, Fields their JSON names, separated by spaces.
	Type, Fields string
	How          How
	// Key are the members that identify an element of a Keyed or Items list.
	Key []string
	// Group names the value that Union members form together.
	Group string
	// Why is told to a template's author, for Protected and Refused fields.
	Why string
}

func key(names ...string) []string { return names }

// Rules is the table of the merge. Each field of a type that merges member by
// member has exactly one row; a field without a row fails the tests, so that a
// Kubernetes upgrade cannot add one that nobody thought about.
//
// The order of rows is the order of merging within a type: volumes come before
// containers, because a mount is added only when its volume was; what the API
// server derives from a field (requests from limits, the pull policy from the
// image) comes after that field, because it may be derived from the merged one.
var Rules = []Rule{
	{Type: "PodTemplateSpec", Fields: "metadata spec", How: Object},

	{Type: "ObjectMeta", Fields: "labels annotations", How: ByKey},
	{Type: "ObjectMeta", Fields: "name generateName namespace ownerReferences finalizers", How: Protected, Why: "a pod's identity and ownership are its creator's"},
	{Type: "ObjectMeta", Fields: "selfLink uid resourceVersion generation creationTimestamp deletionTimestamp deletionGracePeriodSeconds managedFields", How: Ignored},

	{Type: "PodSpec", Fields: "volumes", How: Items, Key: key("name")},
	{Type: "PodSpec", Fields: "containers initContainers", How: Keyed, Key: key("name")},
	{Type: "PodSpec", Fields: "ephemeralContainers", How: Refused, Why: "the API server accepts them on running pods only"},
	{Type: "PodSpec", Fields: "restartPolicy", How: Protected, Why: "Spark replaces its pods itself and counts on Never"},
	{Type: "PodSpec", Fields: "nodeSelector", How: ByKey},
	{Type: "PodSpec", Fields: "tolerations", How: Items, Key: key("key", "operator", "value", "effect")},
	{Type: "PodSpec", Fields: "affinity securityContext dnsConfig resources", How: Object},
	{Type: "PodSpec", Fields: "imagePullSecrets schedulingGates resourceClaims", How: Items, Key: key("name")},
	{Type: "PodSpec", Fields: "hostAliases", How: Items, Key: key("ip")},
	{Type: "PodSpec", Fields: "readinessGates", How: Items, Key: key("conditionType")},
	{Type: "PodSpec", Fields: "topologySpreadConstraints", How: Items, Key: key("topologyKey", "whenUnsatisfiable")},
	{Type: "PodSpec", Fields: "serviceAccountName automountServiceAccountToken priorityClassName preemptionPolicy runtimeClassName", How: Atomic},
	{Type: "PodSpec", Fields: "serviceAccount", How: Refused, Why: "it is the deprecated alias of serviceAccountName, which says something else here"},
	{Type: "PodSpec", Fields: "priority", How: Refused, Why: "the API server computes it: set priorityClassName"},
	{Type: "PodSpec", Fields: "overhead", How: Refused, Why: "the API server computes it: set runtimeClassName"},
	{Type: "PodSpec", Fields: "nodeName", How: Refused, Why: "it bypasses the scheduler: use nodeSelector or affinity"},
	{Type: "PodSpec", Fields: "terminationGracePeriodSeconds activeDeadlineSeconds dnsPolicy schedulerName enableServiceLinks", How: Atomic},
	{Type: "PodSpec", Fields: "hostNetwork hostPID hostIPC hostUsers shareProcessNamespace hostname subdomain os schedulingGroup", How: Atomic},
	{Type: "PodSpec", Fields: "hostnameOverride setHostnameAsFQDN", How: Union, Group: "hostname source"},

	{Type: "Affinity", Fields: "nodeAffinity podAffinity podAntiAffinity", How: Object},
	{Type: "NodeAffinity", Fields: "requiredDuringSchedulingIgnoredDuringExecution", How: And},
	{Type: "NodeAffinity", Fields: "preferredDuringSchedulingIgnoredDuringExecution", How: Set},
	{Type: "PodAffinity", Fields: "requiredDuringSchedulingIgnoredDuringExecution preferredDuringSchedulingIgnoredDuringExecution", How: Set},
	{Type: "PodAntiAffinity", Fields: "requiredDuringSchedulingIgnoredDuringExecution preferredDuringSchedulingIgnoredDuringExecution", How: Set},

	{Type: "PodSecurityContext", Fields: "seLinuxOptions windowsOptions", How: Object},
	{Type: "PodSecurityContext", Fields: "runAsUser runAsGroup runAsNonRoot fsGroup fsGroupChangePolicy supplementalGroupsPolicy seLinuxChangePolicy seccompProfile appArmorProfile", How: Atomic},
	{Type: "PodSecurityContext", Fields: "supplementalGroups", How: Set},
	{Type: "PodSecurityContext", Fields: "sysctls", How: Items, Key: key("name")},
	{Type: "PodDNSConfig", Fields: "nameservers searches", How: Set},
	{Type: "PodDNSConfig", Fields: "options", How: Items, Key: key("name")},

	{Type: "Container", Fields: "name", How: Atomic},
	{Type: "Container", Fields: "image imagePullPolicy command args workingDir", How: Atomic},
	{Type: "Container", Fields: "restartPolicy restartPolicyRules", How: Union, Group: "restart policy"},
	{Type: "Container", Fields: "env", How: Items, Key: key("name")},
	{Type: "Container", Fields: "envFrom", How: Sources},
	{Type: "Container", Fields: "volumeMounts", How: Items, Key: key("mountPath")},
	{Type: "Container", Fields: "volumeDevices", How: Items, Key: key("devicePath")},
	{Type: "Container", Fields: "ports", How: Keyed, Key: key("containerPort", "protocol")},
	{Type: "Container", Fields: "resizePolicy", How: Items, Key: key("resourceName")},
	{Type: "Container", Fields: "resources livenessProbe readinessProbe startupProbe lifecycle securityContext", How: Object},
	{Type: "Container", Fields: "terminationMessagePath terminationMessagePolicy stdin stdinOnce tty", How: Atomic},

	{Type: "ContainerPort", Fields: "containerPort protocol name hostPort hostIP", How: Atomic},
	{Type: "ResourceRequirements", Fields: "limits requests", How: ByKey},
	{Type: "ResourceRequirements", Fields: "claims", How: Items, Key: key("name", "request")},

	{Type: "Probe", Fields: "exec httpGet tcpSocket grpc", How: Union, Group: "probe action"},
	{Type: "Probe", Fields: "initialDelaySeconds timeoutSeconds periodSeconds successThreshold failureThreshold terminationGracePeriodSeconds", How: Atomic},
	{Type: "Lifecycle", Fields: "postStart preStop", How: Object},
	{Type: "Lifecycle", Fields: "stopSignal", How: Atomic},
	{Type: "LifecycleHandler", Fields: "exec httpGet tcpSocket sleep", How: Union, Group: "lifecycle action"},

	{Type: "SecurityContext", Fields: "capabilities seLinuxOptions windowsOptions", How: Object},
	{Type: "SecurityContext", Fields: "privileged runAsUser runAsGroup runAsNonRoot readOnlyRootFilesystem allowPrivilegeEscalation procMount seccompProfile appArmorProfile", How: Atomic},
	{Type: "Capabilities", Fields: "add drop", How: Set},
	{Type: "SELinuxOptions", Fields: "user role type level", How: Atomic},
	{Type: "WindowsSecurityContextOptions", Fields: "gmsaCredentialSpecName gmsaCredentialSpec runAsUserName hostProcess", How: Atomic},
}

type ruleRow struct {
	rule  *Rule
	order int
}

// rulesByPath spreads the rows over the fields they name.
func rulesByPath() map[string]ruleRow {
	byPath := map[string]ruleRow{}
	for i := range Rules {
		for field := range strings.FieldsSeq(Rules[i].Fields) {
			byPath[Rules[i].Type+"."+field] = ruleRow{rule: &Rules[i], order: len(byPath)}
		}
	}
	return byPath
}
