package submitter

// What Spark calls things (org.apache.spark.deploy.k8s and
// org.apache.spark.internal.config, 3.5 to 4.3). Labels that the engine of
// templates also knows are podtemplate's.

// Settings that are read or written here.
const (
	keyMaster      = "spark.master"
	keyDeployMode  = "spark.submit.deployMode"
	keyAppName     = "spark.app.name"
	keyAppID       = "spark.app.id"
	keySubmitTime  = "spark.app.submitTime"
	keyRemote      = "spark.remote"
	keyJars        = "spark.jars"
	keyFiles       = "spark.files"
	keyArchives    = "spark.archives"
	keyPyFiles     = "spark.submit.pyFiles"
	keyPackages    = "spark.jars.packages"
	keyIvy         = "spark.jars.ivy"
	keyHome        = "spark.home"
	keyLocalDir    = "spark.local.dir"
	keyAuth        = "spark.authenticate"
	keyAuthFile    = keyAuthSecret + ".file"
	keyAuthDriver  = keyAuthSecret + ".driver.file"
	keyAuthExec    = keyAuthSecret + ".executor.file"
	keyAuthSecret  = "spark.authenticate.secret"
	keyPrincipal   = "spark.kerberos.principal"
	keyKeytab      = "spark.kerberos.keytab"
	keyPython      = "spark.pyspark.python"
	keyPythonOwn   = "spark.pyspark.driver.python"
	keyUI          = "spark.ui.enabled"
	keyUIPort      = "spark.ui.port"
	keyConnectPort = "spark.connect.grpc.binding.port"
	keyBlockPort   = "spark.blockManager.port"

	keyDriverHost       = "spark.driver.host"
	keyDriverBind       = "spark.driver.bindAddress"
	keyDriverPort       = "spark.driver.port"
	keyDriverBlockPort  = "spark.driver.blockManager.port"
	keyDriverCores      = "spark.driver.cores"
	keyDriverMemory     = "spark.driver.memory"
	keyDriverOverhead   = "spark.driver.memoryOverhead"
	keyDriverFactor     = "spark.driver.memoryOverheadFactor"
	keyDriverLeast      = "spark.driver.minMemoryOverhead"
	keyExecutorCores    = "spark.executor.cores"
	keyExecutorMemory   = "spark.executor.memory"
	keyInstances        = "spark.executor.instances"
	keyDynamic          = "spark.dynamicAllocation.enabled"
	keyTotalCores       = "spark.cores.max"
	resourcePrefix      = ".resource."
	driverResources     = "spark.driver" + resourcePrefix
	kubernetes          = "spark.kubernetes."
	driverKubernetes    = kubernetes + "driver."
	keyNamespace        = kubernetes + "namespace"
	keyWait             = kubernetes + "submission.waitAppCompletion"
	keyKillGrace        = kubernetes + "appKillPodDeletionGracePeriod"
	keyTrust            = kubernetes + "trust.certificates"
	keySubmissionAuth   = kubernetes + "authenticate.submission."
	keyContext          = kubernetes + "context"
	keyImage            = kubernetes + "container.image"
	keyPullPolicy       = keyImage + ".pullPolicy"
	keyPullSecrets      = keyImage + ".pullSecrets"
	keyScheduler        = kubernetes + "scheduler.name"
	keyFactor           = kubernetes + "memoryOverheadFactor"
	keySubmitInDriver   = kubernetes + "submitInDriver"
	keyResourceType     = kubernetes + "resource.type"
	keyNodeSelector     = kubernetes + "node.selector."
	keyEscalation       = kubernetes + "securityContext.allowPrivilegeEscalation"
	keyDriverEscalation = driverKubernetes + "securityContext.allowPrivilegeEscalation"
	keyTmpfs            = kubernetes + "local.dirs.tmpfs"
	keyConfMapSize      = kubernetes + "configMap.maxSize"
	keyLegacyAccess     = kubernetes + "legacy.useReadWriteOnceAccessMode"
	keyHadoopPrefix     = "spark.hadoop."
	keyRenewer          = keyHadoopPrefix + "yarn.resourcemanager.principal" // which Hadoop's file systems look for, YARN or not
	keyHadoopConfMap    = kubernetes + "hadoop.configMapName"
	keyExecutorHadoop   = kubernetes + "executor.hadoopConfigMapName"
	keyKrb5Path         = kubernetes + "kerberos.krb5.path"
	keyKrb5ConfMap      = kubernetes + "kerberos.krb5.configMapName"
	keyTokenSecret      = kubernetes + "kerberos.tokenSecret.name"
	keyTokenItem        = kubernetes + "kerberos.tokenSecret.itemKey"
	keyUploadPath       = kubernetes + "file.upload.path"
	keyExecutorTemplate = kubernetes + "executor.podTemplateFile"
	keyExecutorPrefix   = kubernetes + "executor.podNamePrefix"

	keyDriverPod       = driverKubernetes + "pod.name"
	keyDriverImage     = driverKubernetes + "container.image"
	keyDriverRequest   = driverKubernetes + "request.cores"
	keyDriverLimit     = driverKubernetes + "limit.cores"
	keyDriverScheduler = driverKubernetes + "scheduler.name"
	keyDriverSelector  = driverKubernetes + "node.selector."
	keyDriverLabel     = driverKubernetes + "label."
	keyDriverNote      = driverKubernetes + "annotation."
	keyDriverEnv       = kubernetes + "driverEnv."
	keyDriverSecrets   = driverKubernetes + "secrets."
	keyDriverKeyRef    = driverKubernetes + "secretKeyRef."
	keyDriverVolumes   = driverKubernetes + "volumes."
	keyDriverTemplate  = driverKubernetes + "podTemplateFile"
	keyDriverContainer = driverKubernetes + "podTemplateContainerName"
	keyDriverSteps     = driverKubernetes + "pod.featureSteps"
	keyDriverExcluded  = driverKubernetes + "pod.excludedFeatureSteps"
	keyGroupFile       = kubernetes + "scheduler.volcano.podGroupTemplateFile"
	keyGroupJSON       = kubernetes + "scheduler.volcano.podGroupTemplateJson"
	keyServiceLabel    = driverKubernetes + "service.label."
	keyServiceNote     = driverKubernetes + "service.annotation."
	keyIPPolicy        = driverKubernetes + "service.ipFamilyPolicy"
	keyIPFamilies      = driverKubernetes + "service.ipFamilies"
	keyNotReady        = driverKubernetes + "service.publishNotReadyAddresses"

	executorKubernetes    = kubernetes + "executor."
	keyExecutorImage      = executorKubernetes + "container.image"
	keyExecutorRequest    = executorKubernetes + "request.cores"
	keyExecutorLimit      = executorKubernetes + "limit.cores"
	keyExecutorScheduler  = executorKubernetes + "scheduler.name"
	keyExecutorSelector   = executorKubernetes + "node.selector."
	keyExecutorLabel      = executorKubernetes + "label."
	keyExecutorNote       = executorKubernetes + "annotation."
	keyExecutorEnv        = "spark.executorEnv."
	keyExecutorSecrets    = executorKubernetes + "secrets."
	keyExecutorKeyRef     = executorKubernetes + "secretKeyRef."
	keyExecutorVolumes    = executorKubernetes + "volumes."
	keyExecutorContainer  = executorKubernetes + "podTemplateContainerName"
	keyExecutorSteps      = executorKubernetes + "pod.featureSteps"
	keyExecutorExcluded   = executorKubernetes + "pod.excludedFeatureSteps"
	keyExecutorEscalation = executorKubernetes + "securityContext.allowPrivilegeEscalation"
	keyExecutorAccount    = kubernetes + "authenticate.executor.serviceAccountName"
	keyExecutorGrace      = executorKubernetes + "terminationGracePeriodSeconds"
	keyNoExecutorConf     = executorKubernetes + "disableConfigMap"
	keyAPIWatcher         = executorKubernetes + "enableApiWatcher"
	keyDeleteExecutors    = executorKubernetes + "deleteOnTermination"
	keyAllocator          = kubernetes + "allocation.pods.allocator"
	keyBatchSize          = kubernetes + "allocation.batch.size"
	keyRecovery           = kubernetes + "allocation.recoveryMode.enabled"
	keyDriverMaster       = driverKubernetes + "master"
	keyDeleteService      = driverKubernetes + "service.deleteOnTermination"
	keyOwnClaims          = driverKubernetes + "ownPersistentVolumeClaim"
	keyReuseClaims        = driverKubernetes + "reusePersistentVolumeClaim"
	keyWaitForClaims      = driverKubernetes + "waitToReusePersistentVolumeClaim"
	keyShuffleService     = "spark.shuffle.service.enabled"
	keyShuffleServicePort = "spark.shuffle.service.port"
	keyShufflePlugin      = "spark.shuffle.sort.io.plugin.class"
	keyDecommissionScript = kubernetes + "decommission.script"

	keyExecutorOverhead    = "spark.executor.memoryOverhead"
	keyExecutorFactor      = "spark.executor.memoryOverheadFactor"
	keyExecutorLeast       = "spark.executor.minMemoryOverhead"
	keyExecutorPython      = "spark.executor.pyspark.memory"
	keyExecutorOptions     = "spark.executor.extraJavaOptions"
	keyExecutorDefaults    = "spark.executor.defaultJavaOptions"
	keyExecutorClassPath   = "spark.executor.extraClassPath"
	keyExecutorLibraryPath = "spark.executor.extraLibraryPath"
	keyMaxFailures         = "spark.executor.maxNumFailures"
	keyDriverOptions       = "spark.driver.extraJavaOptions"
	keyDriverDefaults      = "spark.driver.defaultJavaOptions"
	keyOffHeap             = "spark.memory.offHeap.enabled"
	keyOffHeapSize         = "spark.memory.offHeap.size"
	keyTaskCores           = "spark.task.cpus"
	keyLogURL              = "spark.ui.custom.executor.log.url"
	keyDecommission        = "spark.decommission.enabled"
	keyStreamingDynamic    = "spark.streaming.dynamicAllocation.enabled"
	keyPlugins             = "spark.plugins"
	keyIdleTimeout         = "spark.dynamicAllocation.executorIdleTimeout"
	keyParallelism         = "spark.default.parallelism"
	executorResources      = "spark.executor" + resourcePrefix

	keyDriverAuth    = kubernetes + "authenticate.driver."
	keyDriverMounted = keyDriverAuth + "mounted."
	keyDriverAccount = keyDriverAuth + "serviceAccountName"
	oauthTokenSuffix = "oauthToken"
)

// Settings that whoever follows an application tells its user about.
const (
	SettingDriverPod         = keyDriverPod
	SettingDriverMemory      = keyDriverMemory
	SettingDriverOverhead    = keyDriverOverhead
	SettingExecutorPrefix    = keyExecutorPrefix
	SettingExecutorOverhead  = keyExecutorOverhead
	SettingDynamicAllocation = keyDynamic
	SettingAuthority         = keySubmissionAuth + "caCertFile"
)

// Variables of the client that are read.
const (
	envConfDir       = "SPARK_CONF_DIR"
	envHome          = "SPARK_HOME"
	envUser          = "SPARK_USER"
	envHadoopUser    = "HADOOP_USER_NAME"
	envLocalDirs     = "SPARK_LOCAL_DIRS"
	envHadoopConf    = "HADOOP_CONF_DIR"
	envYarnConf      = "YARN_CONF_DIR"
	envPython        = "PYSPARK_PYTHON"
	envPythonOwn     = "PYSPARK_DRIVER_PYTHON"
	envPythonOptions = "PYSPARK_DRIVER_PYTHON_OPTS"
	envTerm          = "TERM"
	envSubmitOpts    = "SPARK_SUBMIT_OPTS"
	envMaster        = "MASTER"
	envDeployMode    = "DEPLOY_MODE"
	envDriverMem     = "SPARK_DRIVER_MEMORY"
	envExecMem       = "SPARK_EXECUTOR_MEMORY"
	envExecCores     = "SPARK_EXECUTOR_CORES"
	envAppID         = "SPARK_APPLICATION_ID"
	envBindAddress   = "SPARK_DRIVER_BIND_ADDRESS"
	envExecutorID    = "SPARK_EXECUTOR_ID"
	envTokenFile     = "HADOOP_TOKEN_FILE_LOCATION"
	envPodName       = "POD_NAME" // not Spark's: what tells the attempts of a Job apart
	envPodUID        = "POD_UID"
)

// Variables of executors.
const (
	envAuthSecret    = "_SPARK_AUTH_SECRET"
	envDriverURL     = "SPARK_DRIVER_URL"
	envProfileID     = "SPARK_RESOURCE_PROFILE_ID"
	envAttributeApp  = "SPARK_EXECUTOR_ATTRIBUTE_APP_ID"
	envAttributeID   = "SPARK_EXECUTOR_ATTRIBUTE_EXECUTOR_ID"
	envClassPath     = "SPARK_CLASSPATH"
	envLibraryPath   = "SPARK_EXECUTOR_LIBRARY_PATH"
	envJavaOption    = "SPARK_JAVA_OPT_"
	envDriverIP      = "SPARK_DRIVER_POD_IP"
	envExecutorIP    = "SPARK_EXECUTOR_POD_IP"
	envExecutorPod   = "SPARK_EXECUTOR_POD_NAME"
	schedulerName    = "CoarseGrainedScheduler" // the endpoint that executors register with
	executorIDInText = "{{EXECUTOR_ID}}"
	appIDInText      = "{{APP_ID}}"
)

// ExecutorInfix is what Spark puts between the prefix of an executor's name and its number.
const ExecutorInfix = "-exec-"

// Names and places in the pods.
const (
	containerPrefix = "spark-kubernetes-"
	driverContainer = containerPrefix + "driver"

	executorContainer = containerPrefix + "executor"
	executorConf      = "spark-conf-volume-exec"
	decommissionFile  = "/opt/decom.sh"
	rollPlugin        = "org.apache.spark.scheduler.cluster.k8s.ExecutorRollPlugin"

	confDir       = "/opt/spark/conf"
	confFile      = "spark.properties"
	confVolume    = "spark-conf-volume-driver"
	defaultsFile  = "spark-defaults.conf"
	scratchVolume = "spark-local-dir-"
	scratchDir    = "/var/data/spark-"

	pythonRunner = "org.apache.spark.deploy.PythonRunner"
	rRunner      = "org.apache.spark.deploy.RRunner"
	noResource   = "spark-internal"

	hadoopVolume      = "hadoop-properties"
	hadoopDir         = "/opt/hadoop/conf"
	krb5Volume        = "krb5-file"
	krb5Name          = "krb5.conf"
	krb5Path          = "/etc/krb5.conf"
	keytabVolume      = "kerberos-keytab"
	keytabDir         = "/mnt/secrets/kerberos-keytab"
	tokensVolume      = "hadoop-secret"
	tokensDir         = "/mnt/secrets/hadoop-credentials"
	credentialsVolume = "kubernetes-credentials"
	credentialsDir    = "/mnt/secrets/spark-kubernetes-credentials"
	authDir           = "/mnt/secrets/spark-authenticate"
	authKey           = "secret"
	authVariableKey   = "variable"
	templateVolume    = "pod-template-volume"
	templateDir       = "/opt/spark/pod-template"
	templateFile      = "pod-spec-template.yml"
	templateKey       = "podspec-configmap-key"

	redactedToken = "<present_but_redacted>"
	claimOnDemand = "OnDemand"
	masterPrefix  = "k8s://"
	clusterServer = "https://kubernetes.default.svc" // the API server, for pods
)

// Ports, where the configuration names none.
const (
	driverPort       = 7078
	blockManagerPort = 7079
	uiPort           = 4040
	connectPort      = 15002
)

const connectPortName = "spark-connect"

// Sizes, where the configuration names none.
const (
	driverMemoryMiB   = 1024
	leastOverheadMiB  = 384
	overheadFactor    = 0.1
	overheadNonJVM    = 0.4
	confMapBytes      = 1048576
	driverCoresNumber = 1
	executorMemoryMiB = 1024
	executorCores     = 1
	executorGrace     = 30 // seconds
	executorsDefault  = 2
)

// dnsLabel is the longest a label's value or a Service's name may be.
const dnsLabel = 63
