package podtemplate

// Request is one pod to shape and what has to be known about its surroundings.
type Request struct {
	Pod *Pod
	// Namespace is the namespace of the request; the pod need not repeat it. Required.
	Namespace string
	// NamespaceLabels are the labels of that namespace; kubernetes.io/metadata.name is always added.
	NamespaceLabels map[string]string
	// Role overrides the label spark-role, for clients that do not set it. Default: the label.
	Role Role
	// SparkContainer is the container that runs Spark where nothing in the pod tells. Default: found by evidence.
	SparkContainer string
	// Driver is the executor's driver, nil when there is none or it is not known.
	Driver *DriverInfo
	// DriverMissing says that the executor names a driver that does not exist any more.
	DriverMissing bool
	// Templates are those of the pod's namespace and those of the system namespace; nil is an empty library.
	Templates, SystemTemplates *Library
}

// DriverInfo is what executors take from their driver.
type DriverInfo struct {
	Labels, Annotations map[string]string
}
