package sparkapplication

import (
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
)

// The fields of the API, as the operator's 2.5 has them. Those whose tag has no
// omitempty are required there. What they mean is in the table of fields.

type spec struct {
	Suspend                   *bool                  `json:"suspend,omitempty"`
	Type                      string                 `json:"type"`
	SparkVersion              string                 `json:"sparkVersion"`
	Mode                      string                 `json:"mode,omitempty"`
	ProxyUser                 string                 `json:"proxyUser,omitempty"`
	Image                     string                 `json:"image,omitempty"`
	ImagePullPolicy           string                 `json:"imagePullPolicy,omitempty"`
	ImagePullSecrets          []string               `json:"imagePullSecrets,omitempty"`
	MainClass                 string                 `json:"mainClass,omitempty"`
	MainApplicationFile       string                 `json:"mainApplicationFile"`
	Arguments                 []string               `json:"arguments,omitempty"`
	SparkConf                 map[string]string      `json:"sparkConf,omitempty"`
	HadoopConf                map[string]string      `json:"hadoopConf,omitempty"`
	SparkConfigMap            string                 `json:"sparkConfigMap,omitempty"`
	HadoopConfigMap           string                 `json:"hadoopConfigMap,omitempty"`
	Volumes                   []corev1.Volume        `json:"volumes,omitempty"`
	Driver                    driverSpec             `json:"driver"`
	Executor                  executorSpec           `json:"executor"`
	Deps                      dependencies           `json:"deps,omitempty"`
	RestartPolicy             restartPolicy          `json:"restartPolicy,omitempty"`
	NodeSelector              map[string]string      `json:"nodeSelector,omitempty"`
	FailureRetries            *int32                 `json:"failureRetries,omitempty"`
	RetryInterval             *int64                 `json:"retryInterval,omitempty"`
	PythonVersion             string                 `json:"pythonVersion,omitempty"`
	MemoryOverheadFactor      string                 `json:"memoryOverheadFactor,omitempty"`
	Monitoring                *monitoring            `json:"monitoring,omitempty"`
	BatchScheduler            string                 `json:"batchScheduler,omitempty"`
	TimeToLiveSeconds         *int64                 `json:"timeToLiveSeconds,omitempty"`
	BatchSchedulerOptions     *batchSchedulerOptions `json:"batchSchedulerOptions,omitempty"`
	SparkUIOptions            *uiOptions             `json:"sparkUIOptions,omitempty"`
	DriverIngressOptions      []ingressOptions       `json:"driverIngressOptions,omitempty"`
	DynamicAllocation         *dynamicAllocation     `json:"dynamicAllocation,omitempty"`
	DriverPodDisruptionBudget *bool                  `json:"driverPodDisruptionBudget,omitempty"`
}

type scheduledSpec struct {
	Schedule                  string `json:"schedule"`
	TimeZone                  string `json:"timeZone,omitempty"`
	Template                  spec   `json:"template"`
	Suspend                   *bool  `json:"suspend,omitempty"`
	ConcurrencyPolicy         string `json:"concurrencyPolicy,omitempty"`
	SuccessfulRunHistoryLimit *int32 `json:"successfulRunHistoryLimit,omitempty"`
	FailedRunHistoryLimit     *int32 `json:"failedRunHistoryLimit,omitempty"`
}

type dependencies struct {
	Jars            []string `json:"jars,omitempty"`
	Files           []string `json:"files,omitempty"`
	PyFiles         []string `json:"pyFiles,omitempty"`
	Packages        []string `json:"packages,omitempty"`
	ExcludePackages []string `json:"excludePackages,omitempty"`
	Repositories    []string `json:"repositories,omitempty"`
	Archives        []string `json:"archives,omitempty"`
}

type restartPolicy struct {
	Type                             string `json:"type,omitempty"`
	OnSubmissionFailureRetries       *int32 `json:"onSubmissionFailureRetries,omitempty"`
	OnFailureRetries                 *int32 `json:"onFailureRetries,omitempty"`
	OnSubmissionFailureRetryInterval *int64 `json:"onSubmissionFailureRetryInterval,omitempty"`
	OnFailureRetryInterval           *int64 `json:"onFailureRetryInterval,omitempty"`
}

type monitoring struct {
	ExposeDriverMetrics   bool        `json:"exposeDriverMetrics"`
	ExposeExecutorMetrics bool        `json:"exposeExecutorMetrics"`
	MetricsProperties     string      `json:"metricsProperties,omitempty"`
	MetricsPropertiesFile string      `json:"metricsPropertiesFile,omitempty"`
	Prometheus            *prometheus `json:"prometheus,omitempty"`
}

type prometheus struct {
	JmxExporterJar string `json:"jmxExporterJar"`
	Port           *int32 `json:"port,omitempty"`
	PortName       string `json:"portName,omitempty"`
	ConfigFile     string `json:"configFile,omitempty"`
	Configuration  string `json:"configuration,omitempty"`
}

type batchSchedulerOptions struct {
	Queue             string              `json:"queue,omitempty"`
	PriorityClassName string              `json:"priorityClassName,omitempty"`
	Resources         corev1.ResourceList `json:"resources,omitempty"`
}

type uiOptions struct {
	ServicePort        *int32                    `json:"servicePort,omitempty"`
	ServicePortName    string                    `json:"servicePortName,omitempty"`
	ServiceType        corev1.ServiceType        `json:"serviceType,omitempty"`
	ServiceAnnotations map[string]string         `json:"serviceAnnotations,omitempty"`
	ServiceLabels      map[string]string         `json:"serviceLabels,omitempty"`
	IngressAnnotations map[string]string         `json:"ingressAnnotations,omitempty"`
	IngressTLS         []networkingv1.IngressTLS `json:"ingressTLS,omitempty"`
}

type ingressOptions struct {
	ServicePort        int32                     `json:"servicePort"`
	ServicePortName    string                    `json:"servicePortName"`
	ServiceType        corev1.ServiceType        `json:"serviceType,omitempty"`
	ServiceAnnotations map[string]string         `json:"serviceAnnotations,omitempty"`
	ServiceLabels      map[string]string         `json:"serviceLabels,omitempty"`
	IngressURLFormat   string                    `json:"ingressURLFormat,omitempty"`
	IngressAnnotations map[string]string         `json:"ingressAnnotations,omitempty"`
	IngressTLS         []networkingv1.IngressTLS `json:"ingressTLS,omitempty"`
}

type dynamicAllocation struct {
	Enabled                bool   `json:"enabled,omitempty"`
	InitialExecutors       *int32 `json:"initialExecutors,omitempty"`
	MinExecutors           *int32 `json:"minExecutors,omitempty"`
	MaxExecutors           *int32 `json:"maxExecutors,omitempty"`
	ShuffleTrackingEnabled *bool  `json:"shuffleTrackingEnabled,omitempty"`
	ShuffleTrackingTimeout *int64 `json:"shuffleTrackingTimeout,omitempty"`
}
