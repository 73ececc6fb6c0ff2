package sparkapplication

import (
	"cmp"
	"fmt"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"
)

// monitoringRows are the metrics'. The ConfigMap is the application's own and
// goes with it.
var monitoringRows = []row{
	{"monitoring.exposeDriverMetrics", Mapped, "the driver gets the JMX exporter's agent, its port, and the annotations `prometheus.io/scrape`, `port` and `path`", (*mapping).takeMonitoring, false},
	{"monitoring.exposeExecutorMetrics", Mapped, "executors get the same", nil, false},
	{"monitoring.metricsProperties", Mapped, "`metrics.properties` of a ConfigMap at `/etc/metrics/conf`, which `spark.metrics.conf` says; without it the metrics go to JMX", nil, false},
	{"monitoring.metricsPropertiesFile", Mapped, "`spark.metrics.conf`: a file of the image; stronger than `metricsProperties`", nil, false},
	{"monitoring.prometheus.jmxExporterJar", Mapped, "`-javaagent` in `spark.SIDE.extraJavaOptions`, beside what else is there and what `--conf` says; the image must have the jar, which a note says", nil, false},
	{"monitoring.prometheus.port", Mapped, "the agent's port, 1024 to 49151; 8090 unless it says otherwise", nil, false},
	{"monitoring.prometheus.portName", Mapped, "its name; `jmx-exporter` unless it says otherwise", nil, false},
	{"monitoring.prometheus.configFile", Mapped, "the agent's configuration: a file of the image; stronger than `configuration`", nil, false},
	{"monitoring.prometheus.configuration", Approximated, "`prometheus.yaml` of the ConfigMap. Without it the rules are Swage's own, and a warning says so ([below](#metrics))", nil, false},
}

const (
	metricsKey     = "metrics.properties"
	prometheusKey  = "prometheus.yaml"
	metricsVolume  = "metrics-configuration"
	prometheusPort = 8090
)

func (m *mapping) takeMonitoring() {
	mon := m.spec.Monitoring
	if mon == nil || mon.Prometheus == nil && mon.MetricsProperties == "" && mon.MetricsPropertiesFile == "" {
		return
	}
	conf := mon.MetricsPropertiesFile
	if data := m.metricsData(); len(data) > 0 {
		m.mountMetrics(data)
		conf = cmp.Or(conf, metricsDir+"/"+metricsKey)
	}
	m.set("monitoring", "spark.metrics.namespace", cmp.Or(m.app.Namespace, "default")+"."+m.app.Name)
	m.set("monitoring", "spark.metrics.conf", conf)
	if mon.Prometheus != nil {
		m.takePrometheus(mon)
	}
}

// metricsData is what the ConfigMap holds: what no file of the image says.
func (m *mapping) metricsData() map[string]string {
	mon, data := m.spec.Monitoring, map[string]string{}
	if mon.MetricsPropertiesFile == "" {
		data[metricsKey] = cmp.Or(mon.MetricsProperties, defaultMetrics)
	}
	if p := mon.Prometheus; p != nil && p.ConfigFile == "" {
		data[prometheusKey] = cmp.Or(p.Configuration, defaultRules)
	}
	return data
}

// mountMetrics mounts the ConfigMap into all pods: executors read spark.metrics.conf, too.
func (m *mapping) mountMetrics(data map[string]string) {
	name := m.app.Name + "-metrics-" + m.token
	m.own(&corev1.ConfigMap{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"}, ObjectMeta: metav1.ObjectMeta{Name: name},
		Immutable: new(true), Data: data,
	})
	for _, p := range []*pod{m.driver, m.executor} {
		p.mount("volumeMounts", corev1.Volume{Name: metricsVolume, VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{
			LocalObjectReference: corev1.LocalObjectReference{Name: name},
		}}}, corev1.VolumeMount{MountPath: metricsDir, ReadOnly: true})
	}
}

func (m *mapping) takePrometheus(mon *monitoring) {
	p := mon.Prometheus
	number := int32(prometheusPort)
	if p.Port != nil {
		number = *p.Port
	}
	name := cmp.Or(p.PortName, "jmx-exporter")
	switch {
	case number < 1024 || number > 49151:
		m.invalid("monitoring.prometheus.port", "%d: expected 1024 to 49151", number)
	case len(validation.IsValidPortName(name)) > 0:
		m.invalid("monitoring.prometheus.portName", "%q: at most 15 lower case letters, digits and -", name)
	case p.JmxExporterJar == "":
		m.invalid("monitoring.prometheus.jmxExporterJar", "it is empty: expected the exporter's jar in the image")
	}
	if !mon.ExposeDriverMetrics && !mon.ExposeExecutorMetrics {
		return
	}
	m.warn("monitoring.prometheus.jmxExporterJar", "the image must have %s: a JVM whose agent is not there does not start", p.JmxExporterJar)
	if p.ConfigFile == "" && p.Configuration == "" {
		m.warn("monitoring.prometheus", "no configuration: the exporter's rules are Swage's own, which name what the operator's miss since Spark 3")
	}
	agent := fmt.Sprintf("-javaagent:%s=%d:%s", p.JmxExporterJar, number, cmp.Or(p.ConfigFile, metricsDir+"/"+prometheusKey))
	for p, exposed := range map[*pod]bool{m.driver: mon.ExposeDriverMetrics, m.executor: mon.ExposeExecutorMetrics} {
		if exposed {
			p.expose(agent, corev1.ContainerPort{Name: name, ContainerPort: number, Protocol: corev1.ProtocolTCP})
		}
	}
}

func (p *pod) expose(agent string, at corev1.ContainerPort) {
	conf, options := p.m.app.Line.Conf, p.side.spark+"extraJavaOptions"
	p.m.app.agents[options] = agent
	if conf[options] != "" {
		agent = conf[options] + " " + agent
	}
	conf[options] = agent
	giveEach(p, "ports", &p.spark.Ports, []corev1.ContainerPort{at}, portKey)
	for key, value := range map[string]string{"scrape": "true", "port": strconv.Itoa(int(at.ContainerPort)), "path": "/metrics"} {
		conf[p.side.kubernetes+"annotation.prometheus.io/"+key] = value
	}
}

// defaultMetrics sends Spark's metrics, and those of its JVMs, to JMX.
const defaultMetrics = `*.sink.jmx.class=org.apache.spark.metrics.sink.JmxSink
*.source.jvm.class=org.apache.spark.metrics.source.JvmSource
`

// defaultRules name Spark's metrics, as the operator's rules do for Spark 2. In JMX they
// are called NAMESPACE.APPLICATION.driver.REST and NAMESPACE.APPLICATION.NUMBER.REST, and
// since 3.0 have a type behind the name, with which most of the operator's rules match
// nothing and the others make it a part of names. What counts has no type
// of Prometheus': the exporter's versions differ in the suffix that a counter gets.
const defaultRules = `lowercaseOutputName: true
attrNameSnakeCase: true
rules:
- pattern: metrics<name=([^.]+)\.([^.]+)\.driver\.spark\.streaming\.(.+)\.([^.,>]+)(?:, type=[a-z]+)?><>Value
  name: spark_structured_streaming_driver_$4
  labels: {app_namespace: "$1", app_id: "$2", query_name: "$3"}
- pattern: metrics<name=([^.]+)\.([^.]+)\.driver\.(.+)\.StreamingMetrics\.streaming\.([^,>]+)(?:, type=[a-z]+)?><>Value
  name: spark_streaming_driver_$4
  labels: {app_namespace: "$1", app_id: "$2"}
- pattern: metrics<name=([^.]+)\.([^.]+)\.driver\.([^,>]+)(?:, type=[a-z]+)?><>Value
  name: spark_driver_$3
  labels: {app_namespace: "$1", app_id: "$2"}
- pattern: metrics<name=([^.]+)\.([^.]+)\.driver\.([^,>]+)(?:, type=[a-z]+)?><>Count
  name: spark_driver_$3_count
  labels: {app_namespace: "$1", app_id: "$2"}
- pattern: metrics<name=([^.]+)\.([^.]+)\.([0-9]+)\.(?:executor\.)?([^,>]+)(?:, type=[a-z]+)?><>Value
  name: spark_executor_$4
  labels: {app_namespace: "$1", app_id: "$2", executor_id: "$3"}
- pattern: metrics<name=([^.]+)\.([^.]+)\.([0-9]+)\.(?:executor\.)?([^,>]+)(?:, type=[a-z]+)?><>Count
  name: spark_executor_$4_count
  labels: {app_namespace: "$1", app_id: "$2", executor_id: "$3"}
`
