package sparkapplication

import (
	"cmp"

	corev1 "k8s.io/api/core/v1"
)

// Where the operator mounts ConfigMaps.
const (
	confDir    = "/etc/spark/conf"
	metricsDir = "/etc/metrics/conf"
)

// settingRows are what both pods share.
var settingRows = []row{
	{"sparkConfigMap", Approximated, "mounted at `/etc/spark/conf` and first among the extra class path's entries, so that Spark finds `log4j2.properties`, `hive-site.xml` and the like; `SPARK_CONF_DIR` stays Spark's own `/opt/spark/conf`, and `spark-env.sh` and `spark-defaults.conf` in it are not read", (*mapping).takeSparkConfigMap, false},
	{"hadoopConfigMap", Mapped, "`spark.kubernetes.hadoop.configMapName`: mounted at `/opt/hadoop/conf`, which `HADOOP_CONF_DIR` says", func(m *mapping) {
		m.setGiven("hadoopConfigMap", "spark.kubernetes.hadoop.configMapName", m.spec.HadoopConfigMap)
	}, false},
	{"volumes", Mapped, "pod templates: each in the pods whose containers mount it, sidecars and init containers too; claims called `OnDemand` or with `SPARK_EXECUTOR_ID` by `spark.kubernetes.SIDE.volumes.*`", func(m *mapping) {
		m.driver.takeOthersVolumes()
		m.executor.takeOthersVolumes()
	}, false},
	{"nodeSelector", Mapped, "`spark.kubernetes.node.selector.KEY`", func(m *mapping) {
		m.setEach("nodeSelector", "spark.kubernetes.node.selector.", m.spec.NodeSelector)
	}, false},
	{"memoryOverheadFactor", Mapped, "`spark.kubernetes.memoryOverheadFactor`", func(m *mapping) {
		m.setGiven("memoryOverheadFactor", "spark.kubernetes.memoryOverheadFactor", m.spec.MemoryOverheadFactor)
	}, false},
}

func (m *mapping) takeSparkConfigMap() {
	if m.spec.SparkConfigMap == "" {
		return
	}
	m.warn("sparkConfigMap", "it is mounted at %s and on the class path; SPARK_CONF_DIR stays /opt/spark/conf, so that a spark-env.sh or spark-defaults.conf in it is not read", confDir)
	for _, p := range []*pod{m.driver, m.executor} {
		volume := corev1.Volume{VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{
			LocalObjectReference: corev1.LocalObjectReference{Name: m.spec.SparkConfigMap},
		}}}
		volume.Name = p.freeName(label(m.spec.SparkConfigMap, "configmap"), volume)
		giveEach(p, "volumeMounts", &p.template.Spec.Volumes, []corev1.Volume{volume}, volumeName)
		p.mountAt("volumeMounts", corev1.VolumeMount{Name: volume.Name, MountPath: confDir, ReadOnly: true})
		conf, key := m.app.Line.Conf, p.side.spark+"extraClassPath"
		if path := conf[key]; path != "" {
			conf[key] = confDir + ":" + path
		}
		conf[key] = cmp.Or(conf[key], confDir)
	}
}

// dependencyRows are files and packages. Places of files are those of any submission.
var dependencyRows = []row{
	{"deps.jars", Mapped, "`--jars`", func(m *mapping) { m.setList("deps.jars", "spark.jars", m.spec.Deps.Jars) }, false},
	{"deps.files", Mapped, "`--files`", func(m *mapping) { m.setList("deps.files", "spark.files", m.spec.Deps.Files) }, false},
	{"deps.pyFiles", Mapped, "`--py-files`", func(m *mapping) { m.setList("deps.pyFiles", "spark.submit.pyFiles", m.spec.Deps.PyFiles) }, false},
	{"deps.archives", Mapped, "`--archives`", func(m *mapping) { m.setList("deps.archives", "spark.archives", m.spec.Deps.Archives) }, false},
	{"deps.packages", Mapped, "`--packages`: the driver's pod resolves them", func(m *mapping) { m.setList("deps.packages", "spark.jars.packages", m.spec.Deps.Packages) }, false},
	{"deps.excludePackages", Mapped, "`--exclude-packages`", func(m *mapping) {
		m.setList("deps.excludePackages", "spark.jars.excludes", m.spec.Deps.ExcludePackages)
	}, false},
	{"deps.repositories", Mapped, "`--repositories`", func(m *mapping) { m.setList("deps.repositories", "spark.jars.repositories", m.spec.Deps.Repositories) }, false},
}

// allocationRows are dynamic allocation's.
var allocationRows = []row{
	{"dynamicAllocation.enabled", Mapped, "`spark.dynamicAllocation.enabled`", (*mapping).takeAllocation, false},
	{"dynamicAllocation.initialExecutors", Mapped, "`spark.dynamicAllocation.initialExecutors`", nil, false},
	{"dynamicAllocation.minExecutors", Mapped, "`spark.dynamicAllocation.minExecutors`", nil, false},
	{"dynamicAllocation.maxExecutors", Mapped, "`spark.dynamicAllocation.maxExecutors`", nil, false},
	{"dynamicAllocation.shuffleTrackingEnabled", Mapped, "`spark.dynamicAllocation.shuffleTracking.enabled`, `true` unless it says otherwise", nil, false},
	{"dynamicAllocation.shuffleTrackingTimeout", Mapped, "`spark.dynamicAllocation.shuffleTracking.timeout`, in milliseconds", nil, false},
}

func (m *mapping) takeAllocation() {
	const prefix = "spark.dynamicAllocation."
	d := m.spec.DynamicAllocation
	if d == nil {
		return
	}
	if !d.Enabled {
		if m.has("dynamicAllocation.enabled") {
			m.set("dynamicAllocation.enabled", prefix+"enabled", "false")
		}
		return
	}
	m.set("dynamicAllocation.enabled", prefix+"enabled", "true")
	setNumber(m, "dynamicAllocation.initialExecutors", prefix+"initialExecutors", d.InitialExecutors)
	setNumber(m, "dynamicAllocation.minExecutors", prefix+"minExecutors", d.MinExecutors)
	setNumber(m, "dynamicAllocation.maxExecutors", prefix+"maxExecutors", d.MaxExecutors)
	tracking := d.ShuffleTrackingEnabled == nil || *d.ShuffleTrackingEnabled
	m.set("dynamicAllocation.shuffleTrackingEnabled", prefix+"shuffleTracking.enabled", map[bool]string{true: "true", false: "false"}[tracking])
	if d.ShuffleTrackingTimeout != nil {
		setNumber(m, "dynamicAllocation.shuffleTrackingTimeout", prefix+"shuffleTracking.timeout", d.ShuffleTrackingTimeout)
		m.app.Line.Conf[prefix+"shuffleTracking.timeout"] += "ms"
	}
}
