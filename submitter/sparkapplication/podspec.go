package sparkapplication

import corev1 "k8s.io/api/core/v1"

// podSpec is what driver and executor have in common.
type podSpec struct {
	Template                      *corev1.PodTemplateSpec    `json:"template,omitempty"`
	Cores                         *int32                     `json:"cores,omitempty"`
	CoreLimit                     string                     `json:"coreLimit,omitempty"`
	CoreRequest                   string                     `json:"coreRequest,omitempty"`
	Memory                        string                     `json:"memory,omitempty"`
	MemoryLimit                   string                     `json:"memoryLimit,omitempty"`
	MemoryOverhead                string                     `json:"memoryOverhead,omitempty"`
	GPU                           *gpu                       `json:"gpu,omitempty"`
	Image                         string                     `json:"image,omitempty"`
	ConfigMaps                    []namePath                 `json:"configMaps,omitempty"`
	Secrets                       []secret                   `json:"secrets,omitempty"`
	Env                           []corev1.EnvVar            `json:"env,omitempty"`
	EnvVars                       map[string]string          `json:"envVars,omitempty"`
	EnvFrom                       []corev1.EnvFromSource     `json:"envFrom,omitempty"`
	EnvSecretKeyRefs              map[string]nameKey         `json:"envSecretKeyRefs,omitempty"`
	Labels                        map[string]string          `json:"labels,omitempty"`
	Annotations                   map[string]string          `json:"annotations,omitempty"`
	VolumeMounts                  []corev1.VolumeMount       `json:"volumeMounts,omitempty"`
	Affinity                      *corev1.Affinity           `json:"affinity,omitempty"`
	Tolerations                   []corev1.Toleration        `json:"tolerations,omitempty"`
	PodSecurityContext            *corev1.PodSecurityContext `json:"podSecurityContext,omitempty"`
	SecurityContext               *corev1.SecurityContext    `json:"securityContext,omitempty"`
	SchedulerName                 string                     `json:"schedulerName,omitempty"`
	Sidecars                      []corev1.Container         `json:"sidecars,omitempty"`
	InitContainers                []corev1.Container         `json:"initContainers,omitempty"`
	HostNetwork                   *bool                      `json:"hostNetwork,omitempty"`
	NodeSelector                  map[string]string          `json:"nodeSelector,omitempty"`
	DNSConfig                     *corev1.PodDNSConfig       `json:"dnsConfig,omitempty"`
	TerminationGracePeriodSeconds *int64                     `json:"terminationGracePeriodSeconds,omitempty"`
	ServiceAccount                string                     `json:"serviceAccount,omitempty"`
	HostAliases                   []corev1.HostAlias         `json:"hostAliases,omitempty"`
	ShareProcessNamespace         *bool                      `json:"shareProcessNamespace,omitempty"`
	JavaOptions                   string                     `json:"javaOptions,omitempty"`
	Lifecycle                     *corev1.Lifecycle          `json:"lifecycle,omitempty"`
	Ports                         []port                     `json:"ports,omitempty"`
	PriorityClassName             string                     `json:"priorityClassName,omitempty"`
}

type driverSpec struct {
	podSpec            `json:",inline"`
	PodName            string            `json:"podName,omitempty"`
	KubernetesMaster   string            `json:"kubernetesMaster,omitempty"`
	ServiceAnnotations map[string]string `json:"serviceAnnotations,omitempty"`
	ServiceLabels      map[string]string `json:"serviceLabels,omitempty"`
}

type executorSpec struct {
	podSpec             `json:",inline"`
	Instances           *int32 `json:"instances,omitempty"`
	DeleteOnTermination *bool  `json:"deleteOnTermination,omitempty"`
}

type gpu struct {
	Name     string `json:"name"`
	Quantity int64  `json:"quantity"`
}

type namePath struct {
	Name string `json:"name"`
	Path string `json:"path"`
}

type secret struct {
	Name string `json:"name"`
	Path string `json:"path"`
	Type string `json:"secretType"`
}

type nameKey struct {
	Name string `json:"name"`
	Key  string `json:"key"`
}

type port struct {
	Name          string `json:"name"`
	Protocol      string `json:"protocol"`
	ContainerPort int32  `json:"containerPort"`
}
