package schema

import "swage.dev/swage/podtemplate/tree"

// Filler is who fills a field in before a mutating webhook sees the pod.
type Filler int

const (
	// APIDefaulting runs when the object is decoded; its values are listed in managedFields.
	APIDefaulting Filler = iota
	// Plugin is a built-in admission plugin; its values are not listed in managedFields.
	Plugin
)

// Default is one row of what the API server fills in when a field is absent.
type Default struct {
	// Path is the type and the field: "Probe.periodSeconds".
	Path string
	// Value is the JSON text of a constant; empty when the value follows other fields.
	Value string
	// Follows tells from which fields of the same object a value is derived, in words.
	Follows string
	// From computes a derived value in whole items, where it is compared and never yields; nil elsewhere.
	From func(object *tree.Node) string
	By   Filler
	// Source is the function or plugin of the API server that does it.
	Source string
}

// Defaults is the table of what the API server (1.36) fills in. A pod's value
// that equals the default counts as absent: the author did not choose it.
// Volume sources are in the table for equality only; they never yield.
var Defaults = []Default{
	{Path: "PodSpec.dnsPolicy", Value: `"ClusterFirst"`, Source: "SetDefaults_PodSpec"},
	{Path: "PodSpec.restartPolicy", Value: `"Always"`, Source: "SetDefaults_PodSpec"},
	{Path: "PodSpec.terminationGracePeriodSeconds", Value: `30`, Source: "SetDefaults_PodSpec"},
	{Path: "PodSpec.schedulerName", Value: `"default-scheduler"`, Source: "SetDefaults_PodSpec"},
	{Path: "PodSpec.securityContext", Value: `{}`, Source: "SetDefaults_PodSpec"},
	{Path: "PodSpec.enableServiceLinks", Value: `true`, Source: "SetDefaults_Pod"},
	{Path: "PodSpec.serviceAccountName", Value: `"default"`, By: Plugin, Source: "ServiceAccount"},
	{Path: "PodSpec.serviceAccount", Value: `"default"`, By: Plugin, Source: "ServiceAccount"},
	{Path: "PodSpec.priority", Value: `0`, By: Plugin, Source: "Priority"},
	{Path: "PodSpec.preemptionPolicy", Value: `"PreemptLowerPriority"`, By: Plugin, Source: "Priority"},

	{Path: "Container.imagePullPolicy", Follows: "the image's tag", Source: "SetDefaults_Container"},
	{Path: "Container.terminationMessagePath", Value: `"/dev/termination-log"`, Source: "SetDefaults_Container"},
	{Path: "Container.terminationMessagePolicy", Value: `"File"`, Source: "SetDefaults_Container"},
	{Path: "ContainerPort.protocol", Value: `"TCP"`, Source: "+default in types.go"},
	{Path: "ContainerPort.hostPort", Follows: "containerPort under hostNetwork", Source: "SetDefaults_Pod"},
	{Path: "ResourceRequirements.requests", Follows: "limits", Source: "SetDefaults_Pod"},
	{Path: "ResourceRequirements.limits", Follows: "the namespace's LimitRange", By: Plugin, Source: "LimitRanger"},

	{Path: "Probe.timeoutSeconds", Value: `1`, Source: "SetDefaults_Probe"},
	{Path: "Probe.periodSeconds", Value: `10`, Source: "SetDefaults_Probe"},
	{Path: "Probe.successThreshold", Value: `1`, Source: "SetDefaults_Probe"},
	{Path: "Probe.failureThreshold", Value: `3`, Source: "SetDefaults_Probe"},
	{Path: "HTTPGetAction.path", Value: `"/"`, Source: "SetDefaults_HTTPGetAction"},
	{Path: "HTTPGetAction.scheme", Value: `"HTTP"`, Source: "SetDefaults_HTTPGetAction"},
	{Path: "GRPCAction.service", Value: `""`, Source: "+default in types.go"},
	{Path: "Toleration.operator", Value: `"Equal"`, Source: "documented meaning of an empty operator"},

	{Path: "ObjectFieldSelector.apiVersion", Value: `"v1"`, Source: "SetDefaults_ObjectFieldSelector"},
	{Path: "FileKeySelector.optional", Value: `false`, Source: "+default in types.go"},
	{Path: "SecretVolumeSource.defaultMode", Value: `420`, Source: "SetDefaults_SecretVolumeSource"},
	{Path: "ConfigMapVolumeSource.defaultMode", Value: `420`, Source: "SetDefaults_ConfigMapVolumeSource"},
	{Path: "DownwardAPIVolumeSource.defaultMode", Value: `420`, Source: "SetDefaults_DownwardAPIVolumeSource"},
	{Path: "ProjectedVolumeSource.defaultMode", Value: `420`, Source: "SetDefaults_ProjectedVolumeSource"},
	{Path: "ServiceAccountTokenProjection.expirationSeconds", Value: `3600`, Source: "SetDefaults_ServiceAccountTokenProjection"},
	{Path: "HostPathVolumeSource.type", Value: `""`, Source: "SetDefaults_HostPathVolumeSource"},
	{Path: "ImageVolumeSource.pullPolicy", Follows: "the reference's tag", From: volumePullPolicy, Source: "SetDefaults_Volume"},
	{Path: "ISCSIVolumeSource.iscsiInterface", Value: `"default"`, Source: "+default in types.go"},
	{Path: "RBDVolumeSource.pool", Value: `"rbd"`, Source: "+default in types.go"},
	{Path: "RBDVolumeSource.user", Value: `"admin"`, Source: "+default in types.go"},
	{Path: "RBDVolumeSource.keyring", Value: `"/etc/ceph/keyring"`, Source: "+default in types.go"},
	{Path: "AzureDiskVolumeSource.cachingMode", Value: `"ReadWrite"`, Source: "+default in types.go"},
	{Path: "AzureDiskVolumeSource.fsType", Value: `"ext4"`, Source: "+default in types.go"},
	{Path: "AzureDiskVolumeSource.readOnly", Value: `false`, Source: "+default in types.go"},
	{Path: "AzureDiskVolumeSource.kind", Value: `"Shared"`, Source: "+default in types.go"},
	{Path: "ScaleIOVolumeSource.storageMode", Value: `"ThinProvisioned"`, Source: "+default in types.go"},
	{Path: "ScaleIOVolumeSource.fsType", Value: `"xfs"`, Source: "+default in types.go"},
	{Path: "PersistentVolumeClaimSpec.volumeMode", Value: `"Filesystem"`, Source: "SetDefaults_PersistentVolumeClaimSpec"},
	{Path: "Volume.emptyDir", Value: `{}`, Source: "SetDefaults_Volume, when no source is given"},
}

func defaultsByPath() map[string]*Default {
	byPath := map[string]*Default{}
	for i := range Defaults {
		byPath[Defaults[i].Path] = &Defaults[i]
	}
	return byPath
}

func volumePullPolicy(image *tree.Node) string { return PullPolicyOf(image.Get("reference").Text()) }
