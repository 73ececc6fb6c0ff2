package sparkapplication

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation"

	"swage.dev/swage/submitter/redaction"
)

// javaUnits are the units of Java that Kubernetes does not know, or reads as
// something else: 512m is half a byte there.
var javaUnits = map[string]string{"k": "Ki", "kb": "Ki", "m": "Mi", "mb": "Mi", "g": "Gi", "gb": "Gi", "t": "Ti", "tb": "Ti", "p": "Pi", "pb": "Pi"}

var javaAmount = regexp.MustCompile(`^([0-9]+)([a-z]{1,2})$`)

// takeMemoryLimit reads Java's units as the operator does, since memory has them
// too. A number alone is bytes, as in Kubernetes.
func (p *pod) takeMemoryLimit() {
	text := strings.TrimSpace(p.spec.MemoryLimit)
	if text == "" {
		return
	}
	if match := javaAmount.FindStringSubmatch(strings.ToLower(text)); match != nil && javaUnits[match[2]] != "" {
		text = match[1] + javaUnits[match[2]]
	}
	limit := p.m.amount(p.field("memoryLimit"), text)
	if p.side == driverSide {
		p.m.app.DriverMemoryLimit = limit
	} else {
		p.m.app.ExecutorMemoryLimit = limit
	}
}

func (p *pod) takeGPU() {
	g := p.spec.GPU
	if g == nil {
		return
	}
	switch {
	case len(validation.IsQualifiedName(g.Name)) > 0 || !strings.Contains(g.Name, "/"):
		p.m.invalid(p.field("gpu.name"), "%q: expected the name of a resource such as nvidia.com/gpu", g.Name)
	case g.Quantity < 1:
		p.m.invalid(p.field("gpu.quantity"), "%d: expected 1 or more", g.Quantity)
	default:
		p.touched = true
		if p.spark.Resources.Limits == nil {
			p.spark.Resources.Limits = corev1.ResourceList{}
		}
		p.spark.Resources.Limits[corev1.ResourceName(g.Name)] = *resource.NewQuantity(g.Quantity, resource.DecimalSI)
	}
}

func (p *pod) takeConfigMaps() {
	for _, mounted := range p.spec.ConfigMaps {
		volume := corev1.Volume{VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{
			LocalObjectReference: corev1.LocalObjectReference{Name: mounted.Name},
		}}}
		volume.Name = p.freeName(label(mounted.Name, "configmap"), volume)
		p.mount("configMaps", volume, corev1.VolumeMount{MountPath: mounted.Path})
	}
}

// tokenFiles are the variables by which programs find a Secret of a type, and
// the file in it.
var tokenFiles = map[string]struct{ variable, file string }{
	"GCPServiceAccount":     {"GOOGLE_APPLICATION_CREDENTIALS", "key.json"},
	"HadoopDelegationToken": {"HADOOP_TOKEN_FILE_LOCATION", "hadoop.token"},
	"Generic":               {},
}

func (p *pod) takeSecrets() {
	for _, mounted := range p.spec.Secrets {
		known, found := tokenFiles[mounted.Type]
		if !found {
			p.m.invalid(p.field("secrets"), "secretType %q is not known: expected Generic, GCPServiceAccount or HadoopDelegationToken", mounted.Type)
			continue
		}
		volume := corev1.Volume{VolumeSource: corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: mounted.Name}}}
		volume.Name = p.freeName(label(mounted.Name, "secret"), volume)
		p.mount("secrets", volume, corev1.VolumeMount{MountPath: mounted.Path})
		if known.variable != "" {
			p.m.set(p.field("secrets"), p.side.env+known.variable, path.Join(mounted.Path, known.file))
		}
	}
}

// freeName is a name for a generated volume that no other volume has.
func (p *pod) freeName(name string, volume corev1.Volume) string {
	for _, taken := range slices.Concat(p.template.Spec.Volumes, p.m.spec.Volumes) {
		if taken.Name == name && taken.ConfigMap == nil == (volume.ConfigMap == nil) && taken.Secret == nil == (volume.Secret == nil) {
			return name // the same source: one volume, mounted twice
		}
		if taken.Name == name {
			return label(name, "generated")
		}
	}
	return name
}

// sparksOwn are the variables that Spark writes into its containers behind all
// others: of several with one name the last counts.
var sparksOwn = map[string]bool{
	"SPARK_USER": true, "SPARK_APPLICATION_ID": true, "SPARK_DRIVER_BIND_ADDRESS": true, "SPARK_CONF_DIR": true, "SPARK_LOCAL_DIRS": true,
	"SPARK_DRIVER_URL": true, "SPARK_EXECUTOR_CORES": true, "SPARK_EXECUTOR_MEMORY": true, "SPARK_EXECUTOR_ID": true,
	"SPARK_EXECUTOR_POD_IP": true, "SPARK_EXECUTOR_POD_NAME": true, "SPARK_RESOURCE_PROFILE_ID": true,
}

func (p *pod) takeEnv() {
	for _, variable := range p.spec.Env {
		switch {
		case sparksOwn[variable.Name]:
			p.m.warn(p.field("env"), "%s is Spark's own, which stays", variable.Name)
		case isSecret(variable):
			p.m.set(p.field("env"), p.side.env+variable.Name, variable.Value)
			continue
		}
		giveEach(p, "env", &p.spark.Env, []corev1.EnvVar{variable}, func(v corev1.EnvVar) string { return v.Name })
	}
}

// isSecret tells of a value that belongs among the settings, where secrets are
// kept in a Secret and are not shown: pod templates of executors go into a ConfigMap.
func isSecret(v corev1.EnvVar) bool {
	return v.Value != "" && redaction.SecretName(v.Name) && !strings.Contains(v.Value, "$(")
}

// takeEnvVars leaves out what env says, too: Spark's settings would come behind it.
func (p *pod) takeEnvVars() {
	for _, name := range slices.Sorted(maps.Keys(p.spec.EnvVars)) {
		if slices.ContainsFunc(p.spec.Env, func(v corev1.EnvVar) bool { return v.Name == name }) {
			p.m.warn(p.field("envVars"), "%s is in env as well, which is stronger", name)
			continue
		}
		p.m.set(p.field("envVars"), p.side.env+name, p.spec.EnvVars[name])
	}
}

func (p *pod) takeSecretKeys() {
	for _, name := range slices.Sorted(maps.Keys(p.spec.EnvSecretKeyRefs)) {
		ref := p.spec.EnvSecretKeyRefs[name]
		p.m.set(p.field("envSecretKeyRefs"), p.side.kubernetes+"secretKeyRef."+name, ref.Name+":"+ref.Key)
	}
}

// takeSidecars makes them native ones: an ordinary container that goes on would
// keep a driver from ever completing.
func (p *pod) takeSidecars() {
	always := corev1.ContainerRestartPolicyAlways
	for _, sidecar := range p.spec.Sidecars {
		sidecar.RestartPolicy = &always
		giveEach(p, "sidecars", &p.template.Spec.InitContainers, []corev1.Container{sidecar}, containerName)
	}
}

// takeHostAliases adds names to those that an address has already: all of them stand in the hosts file.
func (p *pod) takeHostAliases() {
	for _, alias := range p.spec.HostAliases {
		p.touched = true
		at := &p.template.Spec.HostAliases
		same := slices.IndexFunc(*at, func(a corev1.HostAlias) bool { return a.IP == alias.IP })
		if same < 0 {
			*at = append(*at, *alias.DeepCopy())
			continue
		}
		for _, name := range alias.Hostnames {
			if names := &(*at)[same].Hostnames; !slices.Contains(*names, name) {
				*names = append(*names, name)
			}
		}
	}
}

func (p *pod) takeHostNetwork() {
	if p.spec.HostNetwork == nil {
		return
	}
	p.touched = true
	p.template.Spec.HostNetwork = *p.spec.HostNetwork
	if *p.spec.HostNetwork && p.template.Spec.DNSPolicy == "" {
		p.template.Spec.DNSPolicy = corev1.DNSClusterFirstWithHostNet
	}
}

func (p *pod) takeGrace() {
	give(p, "terminationGracePeriodSeconds", &p.template.Spec.TerminationGracePeriodSeconds, p.spec.TerminationGracePeriodSeconds)
	if grace := p.template.Spec.TerminationGracePeriodSeconds; grace != nil && p.side == executorSide {
		setNumber(p.m, p.field("terminationGracePeriodSeconds"), "spark.kubernetes.executor.terminationGracePeriodSeconds", grace)
	}
}

func (p *pod) takeLifecycle() {
	give(p, "lifecycle", &p.spark.Lifecycle, p.spec.Lifecycle)
	hook := p.spark.Lifecycle
	if p.side == executorSide && hook != nil && hook.PreStop != nil && p.m.app.Line.Conf["spark.decommission.enabled"] == "true" {
		p.m.warn(p.field("lifecycle"), "spark.decommission.enabled is true: Spark's own preStop, which moves blocks away, takes the place of this one")
	}
}
