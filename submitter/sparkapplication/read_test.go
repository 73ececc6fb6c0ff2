package sparkapplication_test

import (
	"errors"
	"strings"
	"testing"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/sparkapplication"
)

// S24, bad input: each sentence says where and what, and what was meant.
func TestS24WhatIsWrongIsToldWithItsLine(t *testing.T) {
	const head = "apiVersion: sparkoperator.k8s.io/v1beta2\nkind: SparkApplication\nmetadata: {name: pi}\nspec:\n  type: Scala\n  sparkVersion: 4.1.2\n  mainClass: org.example.Pi\n  mainApplicationFile: local:///pi.jar\n  image: i:4.1.2\n"
	const both = head + "  driver: {}\n  executor: {}\n"
	for _, row := range []struct {
		rule, text string
		want       []string
	}{
		{"an unknown field", head + "  driver:\n    coress: 1\n  executor: {}\n", []string{`app.yaml:11: spec.driver.coress: unknown field "coress"`}},
		{"a field in another case", both + "  sparkconf: {}\n", []string{`app.yaml:12: spec.sparkconf: unknown field "sparkconf": did you mean "sparkConf"?`}},
		{"an unknown field deep in a pod's type", both + "  volumes:\n  - name: a\n    emptydir: {}\n", []string{`app.yaml:14: spec.volumes[0].emptydir: unknown field "emptydir": did you mean "emptyDir"?`}},
		{"an unknown field beside spec", both + "specs: {}\n", []string{`app.yaml:12: specs: unknown field "specs"`}},
		{"a number for text", head + "  driver:\n    coreLimit: 1\n  executor: {}\n", []string{`app.yaml:11: spec.driver.coreLimit: expected a string, found a number: put it in quotes`}},
		{"text for a number", head + "  driver:\n    cores: one\n  executor: {}\n", []string{`app.yaml:11: spec.driver.cores: expected a whole number of 32 bits, found a string`}},
		{"a list for an object", head + "  driver: []\n  executor: {}\n", []string{`app.yaml:10: spec.driver: expected an object, found a list`}},
		{"a setting that is no text", both + "  sparkConf:\n    spark.ui.enabled: true\n", []string{`app.yaml:13: spec.sparkConf["spark.ui.enabled"]: expected a string, found a boolean`}},
		{"what is missing", "apiVersion: sparkoperator.k8s.io/v1beta2\nkind: SparkApplication\nmetadata: {name: pi}\nspec:\n  mainClass: a.B\n  executor: {}\n", []string{
			"app.yaml:4: spec.type: missing: it is required", "spec.sparkVersion: missing", "spec.mainApplicationFile: missing", "spec.driver: missing",
		}},
		{"no spec", "apiVersion: sparkoperator.k8s.io/v1beta2\nkind: SparkApplication\nmetadata: {name: pi}\n", []string{"spec: missing: it is required"}},
		{"no metadata", "apiVersion: sparkoperator.k8s.io/v1beta2\nkind: SparkApplication\nspec: {}\n", []string{"metadata: missing: it is required"}},
		{"what is missing in a list", head + "  executor: {}\n  driver:\n    configMaps:\n    - name: a\n", []string{"app.yaml:13: spec.driver.configMaps[0].path: missing: it is required"}},
		{"several at once, by their lines", both + "  b: 1\n  a: 1\n", []string{"app.yaml:12: spec.b: unknown", "app.yaml:13: spec.a: unknown"}},
		{"a template's wrong type", head + "  driver:\n    template: {spec: {hostNetwork: maybe}}\n  executor: {}\n", []string{"app.yaml:11: spec.driver.template.spec.hostNetwork: expected true or false"}},
		{"no name", strings.Replace(both, "{name: pi}", "{}", 1), []string{"app.yaml:3: metadata.name: missing: it is required"}},
		{"a name that no Service can have", strings.Replace(both, "name: pi", "name: Spark_Pi", 1), []string{`metadata.name: "Spark_Pi": lower case letters`}},
		{"an unknown kind of program", strings.Replace(both, "Scala", "Cobol", 1), []string{`app.yaml:5: spec.type: "Cobol" is not known: expected Java, Scala, Python, R`}},
		{"a program of another kind", strings.Replace(both, "Scala", "Python", 1), []string{"app.yaml:5: spec.type: Python, and local:///pi.jar is another kind of program"}},
		{"no class", strings.Replace(both, "  mainClass: org.example.Pi\n", "", 1), []string{"spec.mainClass: missing: a program of type Scala needs it"}},
		{"an unknown mode", both + "  mode: in-cluster-client\n", []string{`app.yaml:12: spec.mode: "in-cluster-client" is not known`}},
		{"fewer than one core", head + "  driver: {cores: 0}\n  executor: {}\n", []string{"spec.driver.cores: 0: expected 1 or more"}},
		{"no executors", head + "  driver: {}\n  executor: {instances: 0}\n", []string{"spec.executor.instances: 0: expected 1 or more"}},
		{"a volume that is not there", head + "  driver:\n    volumeMounts:\n    - {name: data, mountPath: /data}\n  executor: {}\n", []string{`app.yaml:12: spec.driver.volumeMounts[0]: no volume is called "data"`}},
		{"a GPU without a domain", head + "  driver: {gpu: {name: gpu, quantity: 1}}\n  executor: {}\n", []string{"spec.driver.gpu.name: \"gpu\": expected the name of a resource"}},
		{"no GPUs", head + "  driver: {gpu: {name: a.b/gpu, quantity: 0}}\n  executor: {}\n", []string{"spec.driver.gpu.quantity: 0: expected 1 or more"}},
		{"an unknown type of Secret", head + "  driver: {secrets: [{name: a, path: /a, secretType: generic}]}\n  executor: {}\n", []string{`spec.driver.secrets: secretType "generic" is not known`}},
		{"a limit that is no amount", head + "  driver: {memoryLimit: much}\n  executor: {}\n", []string{"spec.driver.memoryLimit: expected an amount"}},
		{"an element with a comma", both + "  deps: {jars: [\"a.jar,b.jar\"]}\n", []string{"app.yaml:12: spec.deps.jars: an element is empty or has a comma"}},
		{"two things at one place", head + "  driver: {configMaps: [{name: a, path: /a}, {name: b, path: /a}]}\n  executor: {}\n", []string{"spec.driver.configMaps: /a is mounted already, by the volume a-configmap"}},
		{"a metrics port of the system's", both + "  monitoring: {exposeDriverMetrics: true, exposeExecutorMetrics: true, prometheus: {jmxExporterJar: /a, port: 80}}\n", []string{"spec.monitoring.prometheus.port: 80: expected 1024 to 49151"}},
		{"an id in a URL", both + "  driverIngressOptions: [{servicePort: 1, servicePortName: a, ingressURLFormat: \"{{$appId}}.example.com\"}]\n", []string{"{{$appId}} is not known when the Ingress is made"}},
		{"two Ingresses of one port", both + "  driverIngressOptions: [{servicePort: 1, servicePortName: a, ingressURLFormat: a.b}, {servicePort: 1, servicePortName: a, ingressURLFormat: a.c}]\n", []string{"spec.driverIngressOptions[1]: another one has the same servicePort"}},
		{"a restart policy of pods", both + "  restartPolicy: {type: OnSuccess}\n", []string{`spec.restartPolicy.type: "OnSuccess" is not known`}},
	} {
		t.Run(row.rule, func(t *testing.T) {
			_, err := taken(t, row.text, sparkapplication.Options{})
			if !errors.Is(err, submitter.ErrRefused) {
				t.Fatalf("got %v", err)
			}
			for _, want := range row.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got %v\nwant %s", err, want)
				}
			}
		})
	}
}

// S24: what is none of the kinds that are read says what to do instead.
func TestS24OtherKindsAreRefusedByName(t *testing.T) {
	for _, row := range []struct{ rule, version, kind, want string }{
		{"SparkConnect", "sparkoperator.k8s.io/v1alpha1", "SparkConnect", "a SparkConnect is a server that nobody submits: run org.apache.spark.sql.connect.service.SparkConnectServer by swage submit --class"},
		{"an older version", "sparkoperator.k8s.io/v1beta1", "SparkApplication", "v1beta1 is no longer served by the operator: write it as sparkoperator.k8s.io/v1beta2"},
		{"the oldest version", "sparkoperator.k8s.io/v1alpha1", "ScheduledSparkApplication", "v1alpha1 is no longer served by the operator"},
		{"another kind of the operator's", "sparkoperator.k8s.io/v1beta2", "SparkCluster", `"SparkCluster" is not known: expected SparkApplication or ScheduledSparkApplication`},
		{"somebody else's", "v1", "Pod", `a Pod of "v1": expected a SparkApplication or ScheduledSparkApplication of sparkoperator.k8s.io/v1beta2`},
		{"nobody's", `""`, `""`, "it has neither apiVersion nor kind: expected a SparkApplication"},
		{"another operator's", "spark.apache.org/v1", "SparkApplication", `expected a SparkApplication or ScheduledSparkApplication of sparkoperator.k8s.io/v1beta2`},
	} {
		_, err := sparkapplication.Read(document(t, "apiVersion: "+row.version+"\nkind: "+row.kind+"\nmetadata: {name: a}\nspec: {}\n"))
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v", row.rule, err)
		}
	}
}

// A manifest as kubectl get -o yaml prints it is one, too.
func TestS24ManifestsFromAClusterAreRead(t *testing.T) {
	text := strings.Replace(least, "metadata: {name: pi}", `metadata:
  name: pi
  uid: 6f7a4b2e-0000-0000-0000-000000000000
  resourceVersion: "17"
  generation: 2
  creationTimestamp: "2026-01-02T12:00:00Z"
  annotations: {kubectl.kubernetes.io/last-applied-configuration: "{}"}
  managedFields: [{manager: kubectl, operation: Update, apiVersion: sparkoperator.k8s.io/v1beta2, fieldsType: FieldsV1, fieldsV1: {"f:spec": {}}}]`, 1) +
		"status:\n  applicationState: {state: COMPLETED}\n  anything: [1]\n"
	if got := planned(t, mustTake(t, text)); strings.Contains(got, "warning") || strings.Contains(got, "last-applied") {
		t.Errorf("got %s", got)
	}
}
