package sparkapplication

import (
	"cmp"
	"strconv"

	corev1 "k8s.io/api/core/v1"
)

// eitherPodRows are what driver and executor have in common.
var eitherPodRows = []podRow{
	{"template", Mapped, "the pod template that the other fields are laid over; a field that no pod has is left out with a warning", (*pod).takeTemplate},
	{"cores", Mapped, "`spark.SIDE.cores`", func(p *pod) {
		atLeast(p.m, p.field("cores"), p.spec.Cores, 1)
		setNumber(p.m, p.field("cores"), p.side.spark+"cores", p.spec.Cores)
	}},
	{"coreLimit", Mapped, "`spark.kubernetes.SIDE.limit.cores`", func(p *pod) { p.setting("coreLimit", "limit.cores", p.spec.CoreLimit) }},
	{"coreRequest", Mapped, "`spark.kubernetes.SIDE.request.cores`", func(p *pod) { p.setting("coreRequest", "request.cores", p.spec.CoreRequest) }},
	{"memory", Mapped, "`spark.SIDE.memory`", func(p *pod) { p.m.setGiven(p.field("memory"), p.side.spark+"memory", p.spec.Memory) }},
	{"memoryOverhead", Mapped, "`spark.SIDE.memoryOverhead`", func(p *pod) {
		p.m.setGiven(p.field("memoryOverhead"), p.side.spark+"memoryOverhead", p.spec.MemoryOverhead)
	}},
	{"memoryLimit", Mapped, "the memory limit of Spark's container, in Kubernetes' or Java's units; no less than the request", (*pod).takeMemoryLimit},
	{"gpu", Mapped, "a limit of Spark's container", (*pod).takeGPU},
	{"gpu.name", Mapped, "the name of the limit", nil},
	{"gpu.quantity", Mapped, "its amount, 1 or more", nil},
	{"image", Mapped, "`spark.kubernetes.SIDE.container.image`", func(p *pod) { p.setting("image", "container.image", p.spec.Image) }},
	{"volumeMounts", Mapped, "pod template; a mount of a volume that `volumes` does not have is an error", (*pod).takeVolumeMounts},
	{"configMaps", Mapped, "pod template: a volume and its mount", (*pod).takeConfigMaps},
	{"configMaps.name", Mapped, "the ConfigMap", nil},
	{"configMaps.path", Mapped, "where it is mounted", nil},
	{"secrets", Mapped, "pod template: a volume and its mount", (*pod).takeSecrets},
	{"secrets.name", Mapped, "the Secret", nil},
	{"secrets.path", Mapped, "where it is mounted", nil},
	{"secrets.secretType", Mapped, "`GCPServiceAccount` sets `GOOGLE_APPLICATION_CREDENTIALS` to its `key.json`, `HadoopDelegationToken` sets `HADOOP_TOKEN_FILE_LOCATION` to its `hadoop.token`", nil},
	{"env", Mapped, "pod template; stronger than `envVars`. A variable that Spark sets itself stays Spark's, with a warning", (*pod).takeEnv},
	{"envVars", Mapped, "`spark.kubernetes.driverEnv.NAME`, `spark.executorEnv.NAME`", (*pod).takeEnvVars},
	{"envFrom", Mapped, "pod template", func(p *pod) { giveAll(p, &p.spark.EnvFrom, p.spec.EnvFrom) }},
	{"envSecretKeyRefs", Mapped, "`spark.kubernetes.SIDE.secretKeyRef.NAME`", (*pod).takeSecretKeys},
	{"envSecretKeyRefs.name", Mapped, "the Secret", nil},
	{"envSecretKeyRefs.key", Mapped, "its key", nil},
	{"labels", Mapped, "`spark.kubernetes.SIDE.label.KEY`, over the labels of the manifest's metadata", (*pod).takeLabels},
	{"annotations", Mapped, "`spark.kubernetes.SIDE.annotation.KEY`", func(p *pod) {
		p.m.setEach(p.field("annotations"), p.side.kubernetes+"annotation.", p.spec.Annotations)
	}},
	{"affinity", Mapped, "pod template", func(p *pod) { give(p, "affinity", &p.template.Spec.Affinity, p.spec.Affinity) }},
	{"tolerations", Mapped, "pod template", func(p *pod) { giveAll(p, &p.template.Spec.Tolerations, p.spec.Tolerations) }},
	{"podSecurityContext", Mapped, "pod template", func(p *pod) {
		give(p, "podSecurityContext", &p.template.Spec.SecurityContext, p.spec.PodSecurityContext)
	}},
	{"securityContext", Mapped, "pod template: of Spark's container", func(p *pod) { give(p, "securityContext", &p.spark.SecurityContext, p.spec.SecurityContext) }},
	{"schedulerName", Mapped, "`spark.kubernetes.SIDE.scheduler.name`", func(p *pod) { p.setting("schedulerName", "scheduler.name", p.spec.SchedulerName) }},
	{"initContainers", Mapped, "pod template", func(p *pod) {
		giveEach(p, "initContainers", &p.template.Spec.InitContainers, p.spec.InitContainers, containerName)
	}},
	{"sidecars", Mapped, "pod template: native sidecars, which end with Spark's container (Kubernetes 1.29)", (*pod).takeSidecars},
	{"hostNetwork", Mapped, "pod template; with `true` the dnsPolicy is `ClusterFirstWithHostNet` unless `template` has another", (*pod).takeHostNetwork},
	{"nodeSelector", Mapped, "`spark.kubernetes.SIDE.node.selector.KEY`, over `nodeSelector`", func(p *pod) {
		p.m.setEach(p.field("nodeSelector"), p.side.kubernetes+"node.selector.", p.spec.NodeSelector)
	}},
	{"dnsConfig", Mapped, "pod template", func(p *pod) { give(p, "dnsConfig", &p.template.Spec.DNSConfig, p.spec.DNSConfig) }},
	{"terminationGracePeriodSeconds", Mapped, "pod template; of executors also `spark.kubernetes.executor.terminationGracePeriodSeconds`", (*pod).takeGrace},
	{"serviceAccount", Mapped, "`spark.kubernetes.authenticate.SIDE.serviceAccountName`", func(p *pod) {
		p.m.setGiven(p.field("serviceAccount"), p.side.account, p.spec.ServiceAccount)
	}},
	{"hostAliases", Mapped, "pod template", (*pod).takeHostAliases},
	{"shareProcessNamespace", Mapped, "pod template", func(p *pod) {
		give(p, "shareProcessNamespace", &p.template.Spec.ShareProcessNamespace, p.spec.ShareProcessNamespace)
	}},
	{"javaOptions", Mapped, "`spark.SIDE.extraJavaOptions`", func(p *pod) {
		p.m.setGiven(p.field("javaOptions"), p.side.spark+"extraJavaOptions", p.spec.JavaOptions)
	}},
	{"lifecycle", Mapped, "pod template; the preStop of an executor gives way to Spark's own where `spark.decommission.enabled` is true, with a warning", (*pod).takeLifecycle},
	{"ports", Mapped, "pod template", (*pod).takePorts},
	{"ports.name", Mapped, "the port's name", nil},
	{"ports.protocol", Mapped, "its protocol", nil},
	{"ports.containerPort", Mapped, "its number", nil},
	{"priorityClassName", Mapped, "pod template", func(p *pod) {
		give(p, "priorityClassName", &p.template.Spec.PriorityClassName, p.spec.PriorityClassName)
	}},
}

// driverRows are the driver's alone.
var driverRows = []row{
	{"driver.podName", Refused, "`spark.kubernetes.driver.pod.name`. Refused where a Job runs the driver, approximated the pod of each attempt has a name of its own", func(m *mapping) {
		m.setGiven("driver.podName", "spark.kubernetes.driver.pod.name", m.spec.Driver.PodName)
	}, false},
	{"driver.kubernetesMaster", Mapped, "`spark.kubernetes.driver.master`", func(m *mapping) {
		m.setGiven("driver.kubernetesMaster", "spark.kubernetes.driver.master", m.spec.Driver.KubernetesMaster)
	}, false},
	{"driver.serviceAnnotations", Approximated, "`spark.kubernetes.driver.service.annotation.KEY`. Where a Job runs the driver there is no Service, and a warning says so", func(m *mapping) {
		m.setEach("driver.serviceAnnotations", "spark.kubernetes.driver.service.annotation.", m.spec.Driver.ServiceAnnotations)
	}, false},
	{"driver.serviceLabels", Approximated, "`spark.kubernetes.driver.service.label.KEY`. As `serviceAnnotations`", func(m *mapping) {
		m.setEach("driver.serviceLabels", "spark.kubernetes.driver.service.label.", m.spec.Driver.ServiceLabels)
	}, false},
}

// executorRows are the executors' alone.
var executorRows = []row{
	{"executor.instances", Mapped, "`--num-executors`; 1 where neither this nor dynamic allocation says it", (*mapping).takeInstances, false},
	{"executor.deleteOnTermination", Mapped, "`spark.kubernetes.executor.deleteOnTermination`", func(m *mapping) {
		if kept := m.spec.Executor.DeleteOnTermination; kept != nil {
			m.set("executor.deleteOnTermination", "spark.kubernetes.executor.deleteOnTermination", strconv.FormatBool(*kept))
		}
	}, false},
}

// setting makes a setting of spark.kubernetes.SIDE.
func (p *pod) setting(field, key, value string) {
	p.m.setGiven(p.field(field), p.side.kubernetes+key, value)
}

func setNumber[N int32 | int64](m *mapping, field, key string, value *N) {
	if value != nil {
		m.set(field, key, strconv.FormatInt(int64(*value), 10))
	}
}

func containerName(c corev1.Container) string { return c.Name }

// takeInstances knows the operator's default, which is not Spark's.
func (m *mapping) takeInstances() {
	const key = "spark.executor.instances"
	atLeast(m, "executor.instances", m.spec.Executor.Instances, 1)
	setNumber(m, "executor.instances", key, m.spec.Executor.Instances)
	if d := m.spec.DynamicAllocation; m.app.Line.Conf[key] == "" && (d == nil || !d.Enabled) && m.app.Line.Conf["spark.dynamicAllocation.enabled"] != "true" {
		m.app.Line.Conf[key] = "1"
	}
}

// takeLabels labels pods as the operator does, so that what selects by the
// application's name goes on to find them.
func (p *pod) takeLabels() {
	prefix := p.side.kubernetes + "label."
	p.m.app.Line.Conf[prefix+appNameLabel] = p.m.app.Name
	for key, value := range p.m.labels(p.side) {
		p.m.app.Line.Conf[prefix+key] = value
	}
	for key, value := range p.spec.Labels {
		p.m.app.Line.Conf[prefix+key] = value
	}
}

// appNameLabel is the operator's label of an application's pods.
const appNameLabel = Group + "/app-name"

func (p *pod) takePorts() {
	for _, declared := range p.spec.Ports {
		protocol := corev1.Protocol(cmp.Or(declared.Protocol, string(corev1.ProtocolTCP)))
		giveEach(p, "ports", &p.spark.Ports, []corev1.ContainerPort{{Name: declared.Name, ContainerPort: declared.ContainerPort, Protocol: protocol}}, portKey)
	}
}

func portKey(c corev1.ContainerPort) string {
	return strconv.Itoa(int(c.ContainerPort)) + "/" + string(c.Protocol)
}
