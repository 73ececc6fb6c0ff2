package schema

import (
	"reflect"
	"regexp"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/podtemplate/tree"
)

// documentedElsewhere are fields whose documentation speaks of a default that
// the API server does not write into the object, and who applies it.
var documentedElsewhere = map[string]string{
	"EmptyDirVolumeSource.medium":                 "the zero value",
	"EmptyDirVolumeSource.sizeLimit":              "nil",
	"GCEPersistentDiskVolumeSource.partition":     "the zero value",
	"AWSElasticBlockStoreVolumeSource.partition":  "the zero value",
	"ISCSIVolumeSource.targetPortal":              "speaks of a port number",
	"ISCSIVolumeSource.portals":                   "speaks of a port number",
	"RBDVolumeSource.secretRef":                   "nil",
	"FlexVolumeSource.fsType":                     "the driver",
	"CephFSVolumeSource.path":                     "the volume plugin",
	"CephFSVolumeSource.user":                     "the volume plugin",
	"CephFSVolumeSource.secretFile":               "the volume plugin",
	"CephFSVolumeSource.secretRef":                "nil",
	"ResourceFieldSelector.divisor":               "the kubelet; the API server writes 0",
	"QuobyteVolumeSource.user":                    "the volume plugin",
	"QuobyteVolumeSource.group":                   "the volume plugin",
	"ServiceAccountTokenProjection.audience":      "the kubelet",
	"StorageOSVolumeSource.volumeNamespace":       "the volume plugin",
	"StorageOSVolumeSource.secretRef":             "the volume plugin",
	"CSIVolumeSource.readOnly":                    "the driver: nil is false",
	"CSIVolumeSource.fsType":                      "the driver",
	"VolumeResourceRequirements.requests":         "copied documentation: claims have no such defaulting",
	"ImageVolumeSource.reference":                 "speaks of overriding",
	"Container.image":                             "speaks of overriding",
	"Container.workingDir":                        "the container runtime",
	"Container.ports":                             "speaks of an address",
	"ContainerResizePolicy.restartPolicy":         "required: the API server refuses an empty one",
	"VolumeMount.recursiveReadOnly":               "speaks of another field",
	"VolumeMount.mountPropagation":                "the kubelet",
	"VolumeMount.subPath":                         "the zero value",
	"VolumeMount.subPathExpr":                     "the zero value",
	"EnvVar.value":                                "the zero value",
	"HTTPGetAction.host":                          "the kubelet",
	"TCPSocketAction.host":                        "the kubelet",
	"Lifecycle.stopSignal":                        "the container runtime",
	"SecurityContext.capabilities":                "the container runtime",
	"SecurityContext.privileged":                  "the kubelet: nil is false",
	"SecurityContext.readOnlyRootFilesystem":      "the kubelet: nil is false",
	"SecurityContext.runAsUser":                   "the image",
	"SecurityContext.runAsGroup":                  "the container runtime",
	"SecurityContext.procMount":                   "the container runtime",
	"PodSecurityContext.runAsUser":                "the image",
	"PodSecurityContext.runAsGroup":               "the container runtime",
	"WindowsSecurityContextOptions.runAsUserName": "the image",
	"SeccompProfile.type":                         "names a value",
	"AppArmorProfile.type":                        "names a value",
	"PodSpec.shareProcessNamespace":               "the kubelet: nil is false",
	"PodSpec.setHostnameAsFQDN":                   "the kubelet: nil is false",
	"PodSpec.hostUsers":                           "the kubelet: nil is true",
	"PodSpec.priorityClassName":                   "the Priority plugin, if the cluster has a default class: no constant",
	"PodSpec.runtimeClassName":                    "the kubelet",
	"PodAffinityTerm.matchLabelKeys":              "the zero value",
	"PodAffinityTerm.mismatchLabelKeys":           "the zero value",
	"Toleration.tolerationSeconds":                "nil",
	"TopologySpreadConstraint.whenUnsatisfiable":  "required: the API server refuses an empty one",
	"TopologySpreadConstraint.matchLabelKeys":     "speaks of a feature gate",
	"ObjectMeta.namespace":                        "speaks of the namespace called default",
	"OwnerReference.blockOwnerDeletion":           "nil",
}

var aDefault = regexp.MustCompile(`(?i)\bdefault(s|ed)?\b`)

var zeroDefault = regexp.MustCompile(`(?i)defaults? (to|is)?:? ?false`)

// TestDocumentedDefaultsAreInTheTable reads the documentation that k8s.io/api
// carries of each field: one that speaks of a default has a row, is false and
// so the zero value of a field that is no pointer, or is listed with its reason.
// A Kubernetes upgrade that adds a default fails here.
func TestDocumentedDefaultsAreInTheTable(t *testing.T) {
	rows := defaultsByPath()
	seen, used := 0, map[string]bool{}
	eachStruct(func(rt reflect.Type) {
		if strings.HasPrefix(rt.Name(), "EphemeralContainer") {
			return // a template cannot set them
		}
		for name, doc := range swaggerDoc(rt) {
			path, field := rt.Name()+"."+name, TypeNamed(rt.Name()).Field(name)
			if field == nil || !aDefault.MatchString(doc) {
				continue
			}
			seen++
			if rows[path] != nil || (zeroDefault.MatchString(doc) && !field.Pointer) {
				continue
			}
			if used[path] = true; documentedElsewhere[path] == "" {
				t.Errorf("%s: %s", path, doc)
			}
		}
	})
	for path := range documentedElsewhere {
		if !used[path] {
			t.Errorf("%s is listed and need not be", path)
		}
	}
	if seen < 80 {
		t.Errorf("only %d fields speak of a default: the documentation is not read as it should be", seen)
	}
}

func swaggerDoc(rt reflect.Type) map[string]string {
	documented, ok := reflect.New(rt).Interface().(interface{ SwaggerDoc() map[string]string })
	if !ok {
		return nil
	}
	return documented.SwaggerDoc()
}

// eachStruct visits the Go structs that a pod template is made of.
func eachStruct(visit func(reflect.Type)) {
	seen := map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(rt reflect.Type) {
		for rt.Kind() == reflect.Pointer || rt.Kind() == reflect.Slice || rt.Kind() == reflect.Map {
			rt = rt.Elem()
		}
		if _, leaf := leafKinds[rt]; leaf || rt.Kind() != reflect.Struct || seen[rt] {
			return
		}
		seen[rt] = true
		visit(rt)
		for i := range rt.NumField() {
			walk(rt.Field(i).Type)
		}
	}
	walk(reflect.TypeFor[corev1.PodTemplateSpec]())
}

func TestDefaultsNameFieldsAndFitThem(t *testing.T) {
	seen := map[string]bool{}
	for _, row := range Defaults {
		if seen[row.Path] {
			t.Errorf("%s has two rows", row.Path)
		}
		seen[row.Path] = true
		owner, name, _ := strings.Cut(row.Path, ".")
		field := TypeNamed(owner).Field(name)
		if field == nil {
			t.Errorf("%s is no field", row.Path)
			continue
		}
		if field.Default == nil || field.Default.Path != row.Path {
			t.Errorf("%s: the field does not know its row", row.Path)
		}
		if (row.Value == "") == (row.Follows == "") {
			t.Errorf("%s: a default is a constant or follows other fields", row.Path)
		}
		if row.Source == "" {
			t.Errorf("%s: nobody is said to do it", row.Path)
		}
		if row.Value == "" {
			continue
		}
		n, err := tree.Parse([]byte(row.Value))
		if err != nil {
			t.Errorf("%s: %v", row.Path, err)
			continue
		}
		field.Type.Check(n, func(_ *tree.Node, message string) { t.Errorf("%s: %s", row.Path, message) })
		if !field.IsDefault(n) {
			t.Errorf("%s: %s is not its own default", row.Path, row.Value)
		}
	}
}

// TestDefaultsAgreeWithConstants: where k8s.io/api has the constant, it is the row's.
func TestDefaultsAgreeWithConstants(t *testing.T) {
	for path, want := range map[string]string{
		"PodSpec.dnsPolicy":                      `"` + string(corev1.DNSClusterFirst) + `"`,
		"PodSpec.restartPolicy":                  `"` + string(corev1.RestartPolicyAlways) + `"`,
		"PodSpec.schedulerName":                  `"` + corev1.DefaultSchedulerName + `"`,
		"PodSpec.preemptionPolicy":               `"` + string(corev1.PreemptLowerPriority) + `"`,
		"Container.terminationMessagePath":       `"` + corev1.TerminationMessagePathDefault + `"`,
		"Container.terminationMessagePolicy":     `"` + string(corev1.TerminationMessageReadFile) + `"`,
		"ContainerPort.protocol":                 `"` + string(corev1.ProtocolTCP) + `"`,
		"HTTPGetAction.scheme":                   `"` + string(corev1.URISchemeHTTP) + `"`,
		"Toleration.operator":                    `"` + string(corev1.TolerationOpEqual) + `"`,
		"PersistentVolumeClaimSpec.volumeMode":   `"` + string(corev1.PersistentVolumeFilesystem) + `"`,
		"HostPathVolumeSource.type":              `"` + string(corev1.HostPathUnset) + `"`,
		"AzureDiskVolumeSource.kind":             `"` + string(corev1.AzureSharedBlobDisk) + `"`,
		"AzureDiskVolumeSource.cachingMode":      `"` + string(corev1.AzureDataDiskCachingReadWrite) + `"`,
		"PodSpec.terminationGracePeriodSeconds":  "30",
		"PodSpec.enableServiceLinks":             "true",
		"SecretVolumeSource.defaultMode":         "420",
		"ConfigMapVolumeSource.defaultMode":      "420",
		"DownwardAPIVolumeSource.defaultMode":    "420",
		"ProjectedVolumeSource.defaultMode":      "420",
		"Probe.periodSeconds":                    "10",
		"ServiceAccountTokenProjection.audience": "",
	} {
		row := defaultsByPath()[path]
		switch {
		case row == nil && want != "":
			t.Errorf("%s has no row", path)
		case row != nil && row.Value != want:
			t.Errorf("%s is %s, want %s", path, row.Value, want)
		}
	}
}
