package sparkapplication_test

import (
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"swage.dev/swage/submitter/sparkapplication"
)

// An effect is what a field's value leaves in the plan.
type effect struct {
	field string // below spec
	yaml  string // what is laid over the least application's spec
	want  string // text that only then is in the plan
}

// pods are the effects of fields that driver and executor have, with SIDE for the side.
var podEffects = []effect{
	{"template", `{template: {spec: {enableServiceLinks: false}}}`, "enableServiceLinks: false"},
	{"cores", `{cores: 3}`, "spark.SIDE.cores=3"},
	{"coreLimit", `{coreLimit: 1700m}`, "spark.kubernetes.SIDE.limit.cores=1700m"},
	{"coreRequest", `{coreRequest: 300m}`, "spark.kubernetes.SIDE.request.cores=300m"},
	{"memory", `{memory: 3g}`, "spark.SIDE.memory=3g"},
	{"memoryOverhead", `{memoryOverhead: 777m}`, "spark.SIDE.memoryOverhead=777m"},
	{"memoryLimit", `{memoryLimit: 5g}`, "memory: 5Gi"},
	{"gpu", `{gpu: {name: example.com/gpu, quantity: 2}}`, `example.com/gpu: "2"`},
	{"gpu.name", `{gpu: {name: example.com/gpu, quantity: 2}}`, "example.com/gpu"},
	{"gpu.quantity", `{gpu: {name: example.com/gpu, quantity: 7}}`, `/gpu: "7"`},
	{"image", `{image: "own:1"}`, "spark.kubernetes.SIDE.container.image=own\\:1"},
	{"configMaps", `{configMaps: [{name: my-map, path: /map}]}`, "mountPath: /map"},
	{"configMaps.name", `{configMaps: [{name: my-map, path: /map}]}`, "name: my-map"},
	{"configMaps.path", `{configMaps: [{name: my-map, path: /map}]}`, "mountPath: /map"},
	{"secrets", `{secrets: [{name: my-secret, path: /secret, secretType: Generic}]}`, "mountPath: /secret"},
	{"secrets.name", `{secrets: [{name: my-secret, path: /secret, secretType: Generic}]}`, "secretName: my-secret"},
	{"secrets.path", `{secrets: [{name: my-secret, path: /secret, secretType: Generic}]}`, "mountPath: /secret"},
	{"secrets.secretType", `{secrets: [{name: my-secret, path: /secret, secretType: GCPServiceAccount}]}`, "GOOGLE_APPLICATION_CREDENTIALS=/secret/key.json"},
	{"env", `{env: [{name: MINE, valueFrom: {fieldRef: {fieldPath: status.hostIP}}}]}`, "fieldPath: status.hostIP"},
	{"envVars", `{envVars: {MINE: yes-it-is}}`, "MINE=yes-it-is"},
	{"envFrom", `{envFrom: [{configMapRef: {name: all-of-it}}]}`, "name: all-of-it"},
	{"envSecretKeyRefs", `{envSecretKeyRefs: {MINE: {name: my-secret, key: word}}}`, "spark.kubernetes.SIDE.secretKeyRef.MINE=my-secret\\:word"},
	{"envSecretKeyRefs.name", `{envSecretKeyRefs: {MINE: {name: my-secret, key: word}}}`, "my-secret\\:word"},
	{"envSecretKeyRefs.key", `{envSecretKeyRefs: {MINE: {name: my-secret, key: word}}}`, "my-secret\\:word"},
	{"labels", `{labels: {team: risk}}`, "spark.kubernetes.SIDE.label.team=risk"},
	{"annotations", `{annotations: {team: risk}}`, "spark.kubernetes.SIDE.annotation.team=risk"},
	{"affinity", `{affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 9, preference: {matchExpressions: [{key: k, operator: Exists}]}}]}}}`, "weight: 9"},
	{"tolerations", `{tolerations: [{key: dedicated, operator: Exists}]}`, "key: dedicated"},
	{"podSecurityContext", `{podSecurityContext: {fsGroup: 4711}}`, "fsGroup: 4711"},
	{"securityContext", `{securityContext: {privileged: true}}`, "privileged: true"},
	{"schedulerName", `{schedulerName: slow}`, "spark.kubernetes.SIDE.scheduler.name=slow"},
	{"initContainers", `{initContainers: [{name: first, image: i}]}`, "name: first"},
	{"sidecars", `{sidecars: [{name: beside, image: i}]}`, "restartPolicy: Always"},
	{"hostNetwork", `{hostNetwork: true}`, "dnsPolicy: ClusterFirstWithHostNet"},
	{"nodeSelector", `{nodeSelector: {disk: fast}}`, "spark.kubernetes.SIDE.node.selector.disk=fast"},
	{"dnsConfig", `{dnsConfig: {nameservers: [10.9.8.7]}}`, "10.9.8.7"},
	{"terminationGracePeriodSeconds", `{terminationGracePeriodSeconds: 77}`, "terminationGracePeriodSeconds: 77"},
	{"serviceAccount", `{serviceAccount: robot}`, "spark.kubernetes.authenticate.SIDE.serviceAccountName=robot"},
	{"hostAliases", `{hostAliases: [{ip: 10.9.8.7, hostnames: [old]}]}`, "ip: 10.9.8.7"},
	{"shareProcessNamespace", `{shareProcessNamespace: true}`, "shareProcessNamespace: true"},
	{"javaOptions", `{javaOptions: -Dmine=1}`, "spark.SIDE.extraJavaOptions=-Dmine\\=1"},
	{"lifecycle", `{lifecycle: {postStart: {exec: {command: [greet]}}}}`, "- greet"},
	{"ports", `{ports: [{name: mine, protocol: UDP, containerPort: 4711}]}`, "containerPort: 4711"},
	{"ports.name", `{ports: [{name: mine, protocol: UDP, containerPort: 4711}]}`, "name: mine"},
	{"ports.protocol", `{ports: [{name: mine, protocol: UDP, containerPort: 4711}]}`, "protocol: UDP"},
	{"ports.containerPort", `{ports: [{name: mine, protocol: UDP, containerPort: 4711}]}`, "containerPort: 4711"},
	{"priorityClassName", `{priorityClassName: high}`, "priorityClassName: high"},
	{"volumeMounts", `{volumeMounts: [{name: data, mountPath: /data}]}`, "mountPath: /data"},
}

var effects = []effect{
	{"sparkConf", `{sparkConf: {spark.mine: "1"}}`, "spark.mine=1"},
	{"hadoopConf", `{hadoopConf: {fs.mine: "1"}}`, "spark.hadoop.fs.mine=1"},
	{"type", `{type: Python, mainApplicationFile: "local:///a.py"}`, "org.apache.spark.deploy.PythonRunner"},
	{"sparkVersion", `{sparkVersion: 3.5.9}`, "spark-version: 3.5.9"},
	{"proxyUser", `{proxyUser: bob}`, "- --proxy-user"},
	{"image", `{image: "own:1"}`, "spark.kubernetes.container.image=own\\:1"},
	{"imagePullPolicy", `{imagePullPolicy: Always}`, "imagePullPolicy: Always"},
	{"imagePullSecrets", `{imagePullSecrets: [key]}`, "- name: key"},
	{"mainClass", `{mainClass: org.example.Main}`, "- org.example.Main"},
	{"mainApplicationFile", `{mainApplicationFile: "local:///mine.jar"}`, "- local:///mine.jar"},
	{"arguments", `{arguments: ["4711"]}`, `- "4711"`},
	{"sparkConfigMap", `{sparkConfigMap: my-conf}`, "spark.driver.extraClassPath=/etc/spark/conf"},
	{"hadoopConfigMap", `{hadoopConfigMap: my-conf}`, "name: my-conf"},
	{"volumes", `{volumes: [{name: mine, emptyDir: {sizeLimit: 7Mi}}], driver: {sidecars: [{name: c, image: i, volumeMounts: [{name: mine, mountPath: /m}]}]}}`, "sizeLimit: 7Mi"},
	{"nodeSelector", `{nodeSelector: {disk: fast}}`, "spark.kubernetes.node.selector.disk=fast"},
	{"memoryOverheadFactor", `{memoryOverheadFactor: "0.7"}`, "spark.kubernetes.memoryOverheadFactor=0.7"},
	{"deps.jars", `{deps: {jars: ["local:///d.jar"]}}`, "local\\:///d.jar"},
	{"deps.files", `{deps: {files: ["local:///d.txt"]}}`, "local\\:///d.txt"},
	{"deps.pyFiles", `{deps: {pyFiles: ["local:///d.py"]}}`, "local\\:///d.py"},
	{"deps.archives", `{deps: {archives: ["local:///d.tgz"]}}`, "local\\:///d.tgz"},
	{"deps.packages", `{deps: {packages: ["g:a:1"]}}`, "spark.jars.packages=g\\:a\\:1"},
	{"deps.excludePackages", `{deps: {excludePackages: ["g:b"]}}`, "spark.jars.excludes=g\\:b"},
	{"deps.repositories", `{deps: {repositories: ["https://r"]}}`, "spark.jars.repositories=https\\://r"},
	{"restartPolicy.onFailureRetries", `{restartPolicy: {type: OnFailure, onFailureRetries: 3}}`, "backoffLimit: 3"},
	{"restartPolicy.onSubmissionFailureRetries", `{restartPolicy: {type: OnFailure, onSubmissionFailureRetries: 3}}`, "is not tried again"},
	{"failureRetries", `{restartPolicy: {type: OnFailure}, failureRetries: 4}`, "backoffLimit: 4"},
	{"timeToLiveSeconds", `{timeToLiveSeconds: 90}`, "ttlSecondsAfterFinished: 90"},
	{"suspend", `{suspend: true}`, "suspend: true"},
	{"dynamicAllocation.enabled", `{dynamicAllocation: {enabled: true}}`, "spark.dynamicAllocation.enabled=true"},
	{"dynamicAllocation.initialExecutors", `{dynamicAllocation: {enabled: true, initialExecutors: 3}}`, "spark.dynamicAllocation.initialExecutors=3"},
	{"dynamicAllocation.minExecutors", `{dynamicAllocation: {enabled: true, minExecutors: 3}}`, "spark.dynamicAllocation.minExecutors=3"},
	{"dynamicAllocation.maxExecutors", `{dynamicAllocation: {enabled: true, maxExecutors: 3}}`, "spark.dynamicAllocation.maxExecutors=3"},
	{"dynamicAllocation.shuffleTrackingEnabled", `{dynamicAllocation: {enabled: true, shuffleTrackingEnabled: false}}`, "shuffleTracking.enabled=false"},
	{"dynamicAllocation.shuffleTrackingTimeout", `{dynamicAllocation: {enabled: true, shuffleTrackingTimeout: 5000}}`, "shuffleTracking.timeout=5000ms"},
	{"monitoring.exposeDriverMetrics", `{monitoring: {exposeDriverMetrics: true, exposeExecutorMetrics: false, prometheus: {jmxExporterJar: /j.jar}}}`, "spark.driver.extraJavaOptions=-javaagent"},
	{"monitoring.exposeExecutorMetrics", `{monitoring: {exposeDriverMetrics: false, exposeExecutorMetrics: true, prometheus: {jmxExporterJar: /j.jar}}}`, "spark.executor.extraJavaOptions=-javaagent"},
	{"monitoring.metricsProperties", `{monitoring: {exposeDriverMetrics: false, exposeExecutorMetrics: false, metricsProperties: "a=b"}}`, "metrics.properties: a=b"},
	{"monitoring.metricsPropertiesFile", `{monitoring: {exposeDriverMetrics: false, exposeExecutorMetrics: false, metricsPropertiesFile: /m}}`, "spark.metrics.conf=/m"},
	{"monitoring.prometheus.jmxExporterJar", `{monitoring: {exposeDriverMetrics: true, exposeExecutorMetrics: false, prometheus: {jmxExporterJar: /j.jar}}}`, "-javaagent\\:/j.jar"},
	{"monitoring.prometheus.port", `{monitoring: {exposeDriverMetrics: true, exposeExecutorMetrics: false, prometheus: {jmxExporterJar: /j.jar, port: 9999}}}`, "containerPort: 9999"},
	{"monitoring.prometheus.portName", `{monitoring: {exposeDriverMetrics: true, exposeExecutorMetrics: false, prometheus: {jmxExporterJar: /j.jar, portName: mine}}}`, "name: mine"},
	{"monitoring.prometheus.configFile", `{monitoring: {exposeDriverMetrics: true, exposeExecutorMetrics: false, prometheus: {jmxExporterJar: /j.jar, configFile: /own.yaml}}}`, "=8090\\:/own.yaml"},
	{"monitoring.prometheus.configuration", `{monitoring: {exposeDriverMetrics: true, exposeExecutorMetrics: false, prometheus: {jmxExporterJar: /j.jar, configuration: "mine: 1"}}}`, "prometheus.yaml: 'mine: 1'"},
	{"batchScheduler", `{batchScheduler: volcano}`, "kind: PodGroup"},
	{"batchSchedulerOptions.queue", `{batchScheduler: volcano, batchSchedulerOptions: {queue: mine}}`, "queue: mine"},
	{"batchSchedulerOptions.priorityClassName", `{batchScheduler: volcano, batchSchedulerOptions: {priorityClassName: mine}}`, "priorityClassName: mine"},
	{"batchSchedulerOptions.resources", `{batchScheduler: volcano, batchSchedulerOptions: {resources: {cpu: "77"}}}`, `cpu: "77"`},
	{"sparkUIOptions.servicePort", `{sparkUIOptions: {servicePort: 8888}}`, "port: 8888"},
	{"sparkUIOptions.servicePortName", `{sparkUIOptions: {servicePortName: http-ui}}`, "name: http-ui"},
	{"sparkUIOptions.serviceType", `{sparkUIOptions: {serviceType: NodePort}}`, "type: NodePort"},
	{"sparkUIOptions.serviceAnnotations", `{sparkUIOptions: {serviceAnnotations: {a: mine}}}`, "a: mine"},
	{"sparkUIOptions.serviceLabels", `{sparkUIOptions: {serviceLabels: {a: mine}}}`, "a: mine"},
	{"sparkUIOptions.ingressAnnotations", `{sparkUIOptions: {ingressAnnotations: {a: mine}}}`, "no Ingress is made"},
	{"sparkUIOptions.ingressTLS", `{sparkUIOptions: {ingressTLS: [{hosts: [h]}]}}`, "no Ingress is made"},
	{"driverIngressOptions.servicePort", ingressOf(``), "number: 4041"},
	{"driverIngressOptions.servicePortName", ingressOf(``), "name: mine"},
	{"driverIngressOptions.serviceType", ingressOf(`, serviceType: LoadBalancer`), "type: LoadBalancer"},
	{"driverIngressOptions.serviceAnnotations", ingressOf(`, serviceAnnotations: {a: mine-too}`), "a: mine-too"},
	{"driverIngressOptions.serviceLabels", ingressOf(`, serviceLabels: {a: mine-too}`), "a: mine-too"},
	{"driverIngressOptions.ingressURLFormat", ingressOf(``), "host: pi.default.example.com"},
	{"driverIngressOptions.ingressAnnotations", ingressOf(`, ingressAnnotations: {a: mine-too}`), "a: mine-too"},
	{"driverIngressOptions.ingressTLS", ingressOf(`, ingressTLS: [{secretName: cert}]`), "secretName: cert"},
	{"driverPodDisruptionBudget", `{driverPodDisruptionBudget: true}`, "kind: PodDisruptionBudget"},
	{"driver.podName", `{driver: {podName: mine}}`, "spark.kubernetes.driver.pod.name=mine"},
	{"driver.kubernetesMaster", `{driver: {kubernetesMaster: "https://own"}}`, "spark.kubernetes.driver.master=https\\://own"},
	{"driver.serviceAnnotations", `{driver: {serviceAnnotations: {a: mine}}}`, "spark.kubernetes.driver.service.annotation.a=mine"},
	{"driver.serviceLabels", `{driver: {serviceLabels: {a: mine}}}`, "spark.kubernetes.driver.service.label.a=mine"},
	{"executor.instances", `{executor: {instances: 3}}`, "spark.executor.instances=3"},
	{"executor.deleteOnTermination", `{executor: {deleteOnTermination: false}}`, "spark.kubernetes.executor.deleteOnTermination=false"},
}

func ingressOf(more string) string {
	return `{driverIngressOptions: [{servicePort: 4041, servicePortName: mine, ingressURLFormat: "{{$appName}}.{{$appNamespace}}.example.com"` + more + `}]}`
}

// refusals are values that cannot be had, and what they are instead.
var refusals = []effect{
	{"mode", `{mode: client}`, "spec.mode: in client mode"},
	{"pythonVersion", `{pythonVersion: "2"}`, "spec.pythonVersion: Spark runs Python 2 no longer"},
	{"restartPolicy.type", `{restartPolicy: {type: Always}}`, "spec.restartPolicy.type: nothing here runs again what has succeeded"},
	{"restartPolicy.onFailureRetryInterval", `{restartPolicy: {type: OnFailure, onFailureRetries: 1, onFailureRetryInterval: 5}}`, "spec.restartPolicy.onFailureRetryInterval: the pause"},
	{"restartPolicy.onSubmissionFailureRetryInterval", `{restartPolicy: {type: OnFailure, onSubmissionFailureRetryInterval: 5}}`, "spec.restartPolicy.onSubmissionFailureRetryInterval: the pause"},
	{"batchScheduler", `{batchScheduler: volcano, timeToLiveSeconds: 60}`, "spec.batchScheduler: its group is for one driver"},
	{"driver.podName", `{driver: {podName: mine}, timeToLiveSeconds: 60}`, "app.yaml:7: spec.driver.podName: a Job"},
	{"retryInterval", `{restartPolicy: {type: OnFailure}, retryInterval: 5}`, "spec.retryInterval: the pause"},
}

// least is an application that says only what it must, and what volumes effects refer to.
const least = `
apiVersion: sparkoperator.k8s.io/v1beta2
kind: SparkApplication
metadata: {name: pi}
spec:
  type: Scala
  sparkVersion: 4.1.2
  mainClass: org.example.Pi
  mainApplicationFile: local:///pi.jar
  image: spark:4.1.2
  driver: {}
  executor: {}
  volumes: [{name: data, emptyDir: {}}]
`

// over lays YAML over the spec of the least application.
func over(t *testing.T, text string) string {
	t.Helper()
	var base, patch map[string]any
	for from, into := range map[string]*map[string]any{least: &base, text: &patch} {
		if err := yaml.Unmarshal([]byte(from), into); err != nil {
			t.Fatalf("%s: %v", from, err)
		}
	}
	lay(base["spec"].(map[string]any), patch)
	made, err := yaml.Marshal(base)
	if err != nil {
		t.Fatal(err)
	}
	return string(made)
}

func lay(base, patch map[string]any) {
	for key, value := range patch {
		below, isMap := value.(map[string]any)
		existing, has := base[key].(map[string]any)
		if isMap && has {
			lay(existing, below)
		} else {
			base[key] = value
		}
	}
}

// S24: each field that is mapped or approximated leaves its mark on the plan, on
// its own side; each that is approximated also warns, by its name.
func TestS24EachFieldHasItsEffect(t *testing.T) {
	all := append([]effect{}, effects...)
	for _, e := range podEffects {
		for _, side := range []string{"driver", "executor"} {
			all = append(all, effect{side + "." + e.field, "{" + side + ": " + e.yaml + "}", strings.ReplaceAll(e.want, "SIDE", side)})
		}
	}
	without := planned(t, mustTake(t, least))
	tried := map[string]bool{}
	for _, e := range all {
		tried[e.field] = true
		t.Run(e.field, func(t *testing.T) {
			if got := planned(t, mustTake(t, over(t, e.yaml))); !strings.Contains(got, e.want) || strings.Contains(without, e.want) {
				t.Errorf("%s leaves no %q, or it is there anyway:\n%s", e.yaml, e.want, got)
			}
		})
	}
	for _, e := range refusals {
		tried[e.field] = true
	}
	for _, f := range sparkapplication.Fields() {
		if f.Kind == sparkapplication.Kind && !tried[f.Path] {
			t.Errorf("%s is not tried", f.Path)
		}
	}
}

// S24: what becomes part of a pod does so on its own side, and not on the other's.
func TestS24FieldsOfPodsStayOnTheirSide(t *testing.T) {
	for _, e := range podEffects {
		if strings.Contains(e.want, "SIDE") || strings.ContainsAny(e.want, `=\`) {
			continue // the name of the setting says whose it is
		}
		driver, executors := podsOf(planned(t, mustTake(t, over(t, "{driver: "+e.yaml+"}"))))
		if !strings.Contains(driver, e.want) || strings.Contains(executors, e.want) {
			t.Errorf("driver.%s: in the driver %t, in executors %t", e.field, strings.Contains(driver, e.want), strings.Contains(executors, e.want))
		}
		driver, executors = podsOf(planned(t, mustTake(t, over(t, "{executor: "+e.yaml+"}"))))
		if strings.Contains(driver, e.want) || !strings.Contains(executors, e.want) {
			t.Errorf("executor.%s: in the driver %t, in executors %t", e.field, strings.Contains(driver, e.want), strings.Contains(executors, e.want))
		}
	}
}

// podsOf are the driver's pod of a plan, and the pods of executors with their template.
func podsOf(plan string) (driver, executors string) {
	for _, object := range strings.Split(plan, "\n---\n") {
		switch {
		case strings.Contains(object, "kind: Pod\n") && strings.Contains(object, "spark-role: driver"):
			driver = object
		case strings.Contains(object, "kind: Pod\n"), strings.Contains(object, "podspec-configmap-key"):
			executors += object
		}
	}
	return driver, executors
}

// S24: what is approximated warns, by the field's name.
func TestS24ApproximatedFieldsWarn(t *testing.T) {
	samples := map[string]string{}
	for _, e := range effects {
		samples[e.field] = e.yaml
	}
	samples["monitoring.prometheus.configuration"] = samples["monitoring.prometheus.jmxExporterJar"] // without a configuration
	samples["driver.serviceAnnotations"] = `{driver: {serviceAnnotations: {a: mine}}, timeToLiveSeconds: 60}`
	samples["driver.serviceLabels"] = `{driver: {serviceLabels: {a: mine}}, timeToLiveSeconds: 60}`
	tried := 0
	for _, f := range sparkapplication.Fields() {
		if f.Outcome != sparkapplication.Approximated {
			continue
		}
		tried++
		field := "spec." + f.Path
		if f.Path == "monitoring.prometheus.configuration" {
			field = "spec.monitoring.prometheus: no configuration"
		}
		if got := planned(t, mustTake(t, over(t, samples[f.Path]))); !strings.Contains(got, "# warning: app.yaml:") || !strings.Contains(got, field) {
			t.Errorf("%s: no warning names it", f.Path)
		}
	}
	if tried < 5 {
		t.Errorf("only %d fields are approximated", tried)
	}
}

// S24: what is refused is refused by its name, and with Approximate a warning.
func TestS24RefusedFieldsAreNamed(t *testing.T) {
	refused := map[string]bool{}
	for _, e := range refusals {
		refused[e.field] = true
		text := over(t, e.yaml)
		if _, err := taken(t, text, sparkapplication.Options{}); err == nil || !strings.Contains(err.Error(), e.want) || !strings.Contains(err.Error(), "--approximate") {
			t.Errorf("%s: got %v", e.field, err)
		}
		app, err := taken(t, text, sparkapplication.Options{Approximate: true})
		if err != nil || !strings.Contains(planned(t, app), e.want) {
			t.Errorf("%s approximated: %v, without a warning", e.field, err)
		}
	}
	for _, f := range sparkapplication.Fields() {
		if f.Kind == sparkapplication.Kind && (f.Outcome == sparkapplication.Refused) != refused[f.Path] {
			t.Errorf("%s is %s, tried as refused: %t", f.Path, f.Outcome, refused[f.Path])
		}
	}
}
