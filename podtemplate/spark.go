package podtemplate

// What Spark writes on its pods, read by Swage and never changed by it. The
// names are Spark's (org.apache.spark.deploy.k8s, 3.5 to 4.3).
const (
	RoleLabel       = "spark-role"
	AppIDLabel      = "spark-app-selector"
	AppNameLabel    = "spark-app-name"
	ExecutorIDLabel = "spark-exec-id"
	VersionLabel    = "spark-version"

	executorLabelPrefix = "spark-exec-"
	envPrefix           = "SPARK_"
	authSecretEnv       = "_SPARK_AUTH_SECRET"
	hadoopTokenEnv      = "HADOOP_TOKEN_FILE_LOCATION"
	localDirsEnv        = "SPARK_LOCAL_DIRS"
	executorIDEnv       = "SPARK_EXECUTOR_ID"
	driverBindEnv       = "SPARK_DRIVER_BIND_ADDRESS"
	localDirVolume      = "spark-local-dir-"
	localDirMount       = "/var/data/spark-"
	confVolume          = "spark-conf-volume-"
	containerPrefix     = "spark-kubernetes-"
	decommissionScript  = "decom.sh"
)

// sparkVolumes are the volumes that Spark makes besides its prefixes above.
var sparkVolumes = []string{
	"pod-template-volume", "hadoop-properties", "krb5-file", "kerberos-keytab", "hadoop-secret", "kubernetes-credentials",
}

// driverPorts are the ports that the driver's Service leads to.
var driverPorts = []string{"driver-rpc-port", "blockmanager", "spark-ui"}

// Role is a pod's part in a Spark application.
type Role string

// The roles that are shaped.
const (
	Driver   Role = "driver"
	Executor Role = "executor"
)

// Valid tells whether r is a role that is shaped.
func (r Role) Valid() bool { return r == Driver || r == Executor }

// Labels and annotations of Swage itself.
const (
	// Domain prefixes all of them; a template may write none.
	Domain = "swage.dev/"
	// TemplateLabel makes a ConfigMap a template; its value is the Mode.
	TemplateLabel = Domain + "template"
	// ClassLabel on a template: which installation it is for, where a cluster has several.
	ClassLabel = Domain + "class"
	// SelectAnnotation on a template: a label selector over the pod's labels.
	SelectAnnotation = Domain + "select"
	// NamespacesAnnotation on a template of the system namespace: a label selector over namespaces.
	NamespacesAnnotation = Domain + "namespaces"
	// OnConflictAnnotation on a template: keep, replace or reject.
	OnConflictAnnotation = Domain + "on-conflict"
	// NativeSidecarsAnnotation on a template: "false" leaves its containers regular ones.
	NativeSidecarsAnnotation = Domain + "native-sidecars"
	// TemplatesAnnotation on a pod: the named templates it asks for, a comma list.
	TemplatesAnnotation = Domain + "templates"
	// ShapeAnnotation on a pod: "false" opts out of default templates.
	ShapeAnnotation = Domain + "shape"
	// KeepAnnotation on a pod: a comma list of paths whose values are meant although they equal the server's default.
	KeepAnnotation = Domain + "keep"
	// ShapedAnnotation is written on shaped pods; see Result.ShapedValue.
	ShapedAnnotation = Domain + "shaped"
)
