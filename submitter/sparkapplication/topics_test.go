package sparkapplication_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/commandline"
	"swage.dev/swage/submitter/sparkapplication"
)

const mounts = `volumes: [{name: d, persistentVolumeClaim: {claimName: c}}, {name: unused, emptyDir: {}}]`

// meanings are what fields mean, and what the operator's pod webhook is known to get wrong.
var meanings = []struct {
	rule, yaml string
	want, not  []string
}{
	{
		"one claim at two places is one volume", `{` + mounts + `, driver: {volumeMounts: [{name: d, mountPath: /a, subPath: one}, {name: d, mountPath: /b, subPath: two}]}}`,
		[]string{"subPath: one", "subPath: two"},
		[]string{"name: unused"},
	},
	{
		"a volume that only a sidecar mounts is in the pod", `{` + mounts + `, driver: {sidecars: [{name: s, image: i, volumeMounts: [{name: d, mountPath: /a}]}]}}`,
		[]string{"claimName: c"},
		nil,
	},
	{
		"so is one that only an init container of the template mounts", `{` + mounts + `, executor: {template: {spec: {initContainers: [{name: s, image: i, volumeMounts: [{name: d, mountPath: /a}]}]}}}}`,
		[]string{"claimName: c"},
		nil,
	},
	{
		"one ConfigMap at two places is one volume", `{driver: {configMaps: [{name: m, path: /a}, {name: m, path: /b}]}}`,
		[]string{"mountPath: /a", "mountPath: /b"},
		[]string{"replaced"},
	},
	{
		"a ConfigMap's volume gives way to a volume of that name", `{volumes: [{name: m-configmap, emptyDir: {}}], driver: {configMaps: [{name: m, path: /a}], volumeMounts: [{name: m-configmap, mountPath: /b}]}}`,
		[]string{"name: m-configmap-", "mountPath: /b"},
		[]string{"replaced"},
	},
	{
		"names that no volume can have", `{driver: {configMaps: [{name: spark.application.conf, path: /a}], secrets: [{name: my.secret, path: /b, secretType: Generic}]}}`,
		[]string{"name: spark-application-conf-configmap-", "name: my-secret-secret-"},
		nil,
	},
	{
		"scratch space by any source", `{volumes: [{name: spark-local-dir-1, ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce]}}}}], driver: {volumeMounts: [{name: spark-local-dir-1, mountPath: /scratch}]}}`,
		[]string{"name: SPARK_LOCAL_DIRS\n      value: /scratch", "ephemeral:"},
		nil,
	},
	{
		"a claim of each executor's own goes by settings", `{volumes: [{name: d, persistentVolumeClaim: {claimName: OnDemand}}], sparkConf: {spark.kubernetes.executor.volumes.persistentVolumeClaim.d.options.sizeLimit: 1Gi}, executor: {volumeMounts: [{name: d, mountPath: /a}]}}`,
		[]string{"spark.kubernetes.executor.volumes.persistentVolumeClaim.d.options.claimName=OnDemand", "d.mount.path=/a"},
		nil,
	},
	{
		"env is stronger than envVars", `{driver: {env: [{name: A, value: one}], envVars: {A: two}}}`,
		[]string{"value: one", "A is in env as well, which is stronger"},
		[]string{"value: two"},
	},
	{
		"secrets among variables go by settings, which are in a Secret then", `{executor: {env: [{name: DB_PASSWORD, value: hush}]}}`,
		[]string{"kind: Secret"},
		[]string{"podspec-configmap-key", "=hush"},
	},
	{
		"a variable of Spark's own stays Spark's", `{driver: {env: [{name: SPARK_CONF_DIR, value: /mine}]}}`,
		[]string{"spec.driver.env: SPARK_CONF_DIR is Spark's own, which stays"},
		nil,
	},
	{
		"a sidecar ends with the driver", `{driver: {initContainers: [{name: first, image: i}], sidecars: [{name: beside, image: i}]}}`,
		[]string{"- image: i\n    name: first\n    resources: {}\n  - image: i\n    name: beside\n    resources: {}\n    restartPolicy: Always"},
		nil,
	},
	{"the host's network, and still the cluster's names", `{executor: {hostNetwork: true}}`, []string{"hostNetwork: true", "dnsPolicy: ClusterFirstWithHostNet"}, nil},
	{"a template's own dnsPolicy stays", `{driver: {hostNetwork: true, template: {spec: {dnsPolicy: Default}}}}`, []string{"dnsPolicy: Default"}, []string{"ClusterFirstWithHostNet"}},
	{
		"a field over the template, with a warning", `{driver: {affinity: {podAntiAffinity: {}}, template: {spec: {affinity: {podAffinity: {}}}}}}`,
		[]string{"podAntiAffinity", "spec.driver.affinity: it replaces what driver.template says"},
		[]string{"podAffinity: {}"},
	},
	{
		"an address has all the names that somebody gives it", `{driver: {hostAliases: [{ip: 10.9.8.7, hostnames: [one]}, {ip: 10.9.8.7, hostnames: [two]}], template: {spec: {hostAliases: [{ip: 10.9.8.7, hostnames: [zero, two]}]}}}}`,
		[]string{"- hostnames:\n    - zero\n    - two\n    - one\n    ip: 10.9.8.7"},
		[]string{"replaced"},
	},
	{"tolerations are added once", `{driver: {tolerations: [{key: only-one, operator: Exists}], template: {spec: {tolerations: [{key: only-one, operator: Exists}, {key: b}]}}}}`, []string{"key: b"}, nil},
	{
		"Spark's container is the one that is called so", `{driver: {template: {spec: {containers: [{name: log, image: l}, {name: spark-kubernetes-driver, workingDir: /w}]}}}}`,
		[]string{"- image: l\n    name: log", "workingDir: /w"},
		[]string{"is taken for Spark's"},
	},
	{
		"else the first, and it is said", `{driver: {template: {spec: {containers: [{name: spark-kubernetes-drivers, workingDir: /w}]}}}}`,
		[]string{"workingDir: /w", `no container is called spark-kubernetes-driver: the first, "spark-kubernetes-drivers", is taken for Spark's`},
		nil,
	},
	{
		"or the one that the setting names", `{sparkConf: {spark.kubernetes.driver.podTemplateContainerName: main}, driver: {template: {spec: {containers: [{name: log, image: l}, {name: main, workingDir: /w}]}}}}`,
		[]string{"- image: l\n    name: log", "workingDir: /w"},
		[]string{"is taken for Spark's"},
	},
	{
		"a field is stronger than a setting, and it is said", `{sparkConf: {spark.driver.memory: 1g}, driver: {memory: 2g}}`,
		[]string{"spark.driver.memory=2g", "spec.driver.memory: it replaces spark.driver.memory, which is set already"},
		nil,
	},
	{"one executor where nobody says how many", `{}`, []string{"spark.executor.instances=1"}, nil},
	{
		"none of that with dynamic allocation, whose shuffles are tracked", `{dynamicAllocation: {enabled: true}}`,
		[]string{"shuffleTracking.enabled=true"},
		[]string{"spark.executor.instances"},
	},
	{"nor with that of a setting", `{sparkConf: {spark.dynamicAllocation.enabled: "true"}}`, nil, []string{"spark.executor.instances"}},
	{
		"an executor's preStop gives way to Spark's", `{sparkConf: {spark.decommission.enabled: "true"}, executor: {lifecycle: {preStop: {exec: {command: [bye]}}}}}`,
		[]string{"spec.executor.lifecycle: spark.decommission.enabled is true"},
		nil,
	},
	{"Java's units of memory", `{driver: {memoryLimit: 2048M}}`, []string{"memory: 2Gi"}, nil},
	{"Kubernetes' units of memory", `{driver: {memoryLimit: 2.5Gi}}`, []string{"memory: 2560Mi"}, nil},
	{"labels of the manifest, over which a side's are", `{driver: {labels: {from: driver}}}`, []string{"driver.label.from=driver", "executor.label.from=manifest", "label.queue-less=yes"}, []string{"kueue.x-k8s.io/queue-name="}},
	{"metrics without a file for them", `{monitoring: {exposeDriverMetrics: true, exposeExecutorMetrics: true}}`, nil, []string{"spark.metrics", "javaagent"}},
	{
		"javaOptions and the agent", `{driver: {javaOptions: -Da=b}, monitoring: {exposeDriverMetrics: true, exposeExecutorMetrics: false, prometheus: {jmxExporterJar: /j.jar}}}`,
		[]string{"spark.driver.extraJavaOptions=-Da\\=b -javaagent\\:/j.jar", `prometheus.io/port: "8090"`},
		[]string{"spark.executor.extraJavaOptions"},
	},
	{
		"all in files of the image: no ConfigMap", `{monitoring: {exposeDriverMetrics: true, exposeExecutorMetrics: true, metricsPropertiesFile: /m, prometheus: {jmxExporterJar: /j.jar, configFile: /c}}}`,
		[]string{"spark.metrics.conf=/m", "=8090\\:/c"},
		[]string{"/etc/metrics/conf"},
	},
	{"spark's class path goes on behind the ConfigMap", `{sparkConfigMap: m, sparkConf: {spark.driver.extraClassPath: /own}}`, []string{"spark.driver.extraClassPath=/etc/spark/conf\\:/own", "spark.executor.extraClassPath=/etc/spark/conf"}, nil},
	{"a batch scheduler is stronger than a pod's", `{batchScheduler: yunikorn, driver: {schedulerName: own}}`, []string{"driver.scheduler.name=yunikorn", "spec.batchScheduler: it replaces"}, nil},
	{"YuniKorn takes no group without members", `{batchScheduler: yunikorn, dynamicAllocation: {enabled: true, minExecutors: 0}}`, []string{`"spark-driver"`}, []string{`{"name":"spark-executor"`}},
	{"coscheduling", `{batchScheduler: kube-scheduler, executor: {instances: 2}}`, []string{"apiVersion: scheduling.x-k8s.io/v1alpha1", "executor.label.scheduling.x-k8s.io/pod-group=pi-0000000000000000", `cpu: "3"`}, nil},
	{"options that a scheduler does not read", `{batchScheduler: kube-scheduler, batchSchedulerOptions: {queue: q}}`, []string{"spec.batchSchedulerOptions.queue: it means nothing to kube-scheduler"}, nil},
	{"an Ingress below a path", ingressAt("example.com/{{$appName}}/"), []string{"path: /pi(/|$)(.*)", "rewrite-target: /$2", "host: example.com"}, nil},
	{"an Ingress at a host", ingressAt("https://{{ $appName }}.example.com"), []string{"host: pi.example.com", "path: /\n"}, []string{"rewrite-target"}},
}

// S24: a field does what it means, for driver and executors alike.
func TestS24FieldsMeanWhatTheySay(t *testing.T) {
	for _, row := range meanings {
		t.Run(row.rule, func(t *testing.T) {
			text := strings.Replace(over(t, row.yaml), "  name: pi\n", "  name: pi\n  labels: {from: manifest, queue-less: \"yes\", kueue.x-k8s.io/queue-name: q}\n", 1)
			got := planned(t, mustTake(t, text))
			for _, want := range row.want {
				if !strings.Contains(got, want) {
					t.Errorf("no %q in\n%s", want, got)
				}
			}
			for _, not := range row.not {
				if strings.Contains(got, not) {
					t.Errorf("%q in\n%s", not, got)
				}
			}
		})
	}
}

func ingressAt(url string) string {
	return `{driverIngressOptions: [{servicePort: 4040, servicePortName: ui, ingressURLFormat: "` + url + `"}]}`
}

// S24: a limit is no less than what is requested, which only the plan knows.
func TestS24MemoryLimitIsNoLessThanTheRequest(t *testing.T) {
	_, err := mustTake(t, over(t, `{driver: {memory: 2g, memoryLimit: 2g}}`)).Plan(surroundings)
	if err == nil || !strings.Contains(err.Error(), "the driver's memory limit 2Gi is less than the 2432Mi that it requests") {
		t.Errorf("got %v", err)
	}
}

// S24: two pod templates for one pod are refused, not mixed.
func TestS24TwoPodTemplatesAreRefused(t *testing.T) {
	_, err := mustTake(t, over(t, `{sparkConf: {spark.kubernetes.driver.podTemplateFile: /t.yaml}, driver: {securityContext: {privileged: true}}}`)).Plan(surroundings)
	if err == nil || !strings.Contains(err.Error(), "put that file's content into the manifest's template") {
		t.Errorf("got %v", err)
	}
}

// S24: settings of the command line are stronger than the manifest's, whoever made them.
func TestS24CommandLineIsStronger(t *testing.T) {
	app := mustTake(t, over(t, `{driver: {memory: 1g}, sparkConf: {spark.a: manifest}}`))
	o := surroundings
	o.Line = &commandline.Line{Conf: map[string]string{"spark.driver.memory": "3g", "spark.a": "line"}}
	for range 2 { // planning leaves the application as it is
		objects, err := app.Plan(o)
		if err != nil {
			t.Fatal(err)
		}
		if memory := objects.Driver.Spec.Containers[0].Resources.Requests.Memory().String(); memory != "3456Mi" {
			t.Errorf("the driver requests %s", memory)
		}
	}
	if app.Line.Conf["spark.driver.memory"] != "1g" {
		t.Error("planning changed the application")
	}
}

// S24: options of JVMs on the command line stand beside the exporter's agent: pods announce its port.
func TestS24TheAgentStaysBesideOtherOptions(t *testing.T) {
	app := mustTake(t, over(t, `{driver: {javaOptions: -Dmanifest=1}, monitoring: {exposeDriverMetrics: true, exposeExecutorMetrics: true, prometheus: {jmxExporterJar: /j.jar, configFile: /c}}}`))
	o := surroundings
	o.Line = &commandline.Line{Conf: map[string]string{"spark.driver.extraJavaOptions": "-Dline=1"}}
	for range 2 {
		all := plannedWith(t, app, o)
		for _, want := range []string{`spark.driver.extraJavaOptions=-Dline\=1 -javaagent\:/j.jar\=8090\:/c` + "\n", `spark.executor.extraJavaOptions=-javaagent\:/j.jar\=8090\:/c` + "\n"} {
			if !strings.Contains(all, want) {
				t.Errorf("expected %s in\n%s", want, all)
			}
		}
	}
	if o.Line.Conf["spark.driver.extraJavaOptions"] != "-Dline=1" {
		t.Error("planning changed the command line")
	}
}

// S24: restarts are a Job's, and only what a Job has.
func TestS24RestartsAreAJobs(t *testing.T) {
	for _, row := range []struct {
		rule, yaml string
		want       *submitter.JobOptions
	}{
		{"never", `{restartPolicy: {type: Never, onFailureRetries: 3, onFailureRetryInterval: 10}}`, nil},
		{"nothing said", `{}`, nil},
		{"no number: none, as the operator does", `{restartPolicy: {type: OnFailure}}`, nil},
		{"retries", `{restartPolicy: {type: OnFailure, onFailureRetries: 3}}`, &submitter.JobOptions{Retries: 3}},
		{"the older field for it", `{restartPolicy: {type: OnFailure}, failureRetries: 2}`, &submitter.JobOptions{Retries: 2}},
		{"which is weaker", `{restartPolicy: {type: OnFailure, onFailureRetries: 1}, failureRetries: 2}`, &submitter.JobOptions{Retries: 1}},
		{"and alone means nothing", `{failureRetries: 2}`, nil},
		{"removed after its end", `{timeToLiveSeconds: 30}`, &submitter.JobOptions{TTL: 30 * time.Second}},
		{"as late as Kubernetes can count to", `{timeToLiveSeconds: 2147483647}`, &submitter.JobOptions{TTL: submitter.LongestLimit}},
		{"at once", `{timeToLiveSeconds: -1}`, &submitter.JobOptions{TTL: time.Second}},
		{"suspended", `{suspend: true}`, &submitter.JobOptions{Suspend: true}},
		{"not suspended", `{suspend: false}`, nil},
	} {
		got := mustTake(t, over(t, row.yaml)).Job
		if (got == nil) != (row.want == nil) || got != nil && *got != *row.want {
			t.Errorf("%s: got %+v", row.rule, got)
		}
	}
}

// The deadline, which no manifest has, may be the caller's.
func TestS24ADeadlineIsTheCallers(t *testing.T) {
	for _, row := range []struct{ rule, yaml string }{{"alone", `{}`}, {"beside retries", `{restartPolicy: {type: OnFailure, onFailureRetries: 3}}`}} {
		o := surroundings
		o.Job = &submitter.JobOptions{Deadline: time.Hour, Retries: 9}
		objects, err := mustTake(t, over(t, row.yaml)).Plan(o)
		if err != nil {
			t.Fatal(err)
		}
		limit := objects.Driver.Spec.ActiveDeadlineSeconds
		if objects.Job != nil {
			if limit = objects.Job.Spec.ActiveDeadlineSeconds; *objects.Job.Spec.BackoffLimit != 3 {
				t.Errorf("%s: %d retries", row.rule, *objects.Job.Spec.BackoffLimit)
			}
		}
		if limit == nil || *limit != 3600 {
			t.Errorf("%s: got %v", row.rule, limit)
		}
	}
}

const scheduled = `
apiVersion: sparkoperator.k8s.io/v1beta2
kind: ScheduledSparkApplication
metadata: {name: pi}
spec:
  schedule: SCHEDULE
  template: {type: Python, sparkVersion: 4.1.2, mainApplicationFile: "local:///pi.py", image: "i:4.1.2", driver: {}, executor: {}}
`

// S24: a schedule is Kubernetes' own.
func TestS24Schedules(t *testing.T) {
	for _, row := range []struct{ rule, schedule, more, want, refused string }{
		{"an expression", `"*/5 * * * *"`, "", "*/5 * * * *||Allow|1|1|false", ""},
		{"a name for one", `"@hourly"`, "", "@hourly||Allow|1|1|false", ""},
		{"a time zone", `"0 1 * * *"`, "  timeZone: Europe/Berlin\n", "0 1 * * *|Europe/Berlin|Allow|1|1|false", ""},
		{"the operator's own", `"0 1 * * *"`, "  timeZone: Local\n", "0 1 * * *||Allow|1|1|false", ""},
		{"a time zone before it", `"CRON_TZ=Asia/Tokyo 0 1 * * *"`, "", "0 1 * * *|Asia/Tokyo|Allow|1|1|false", ""},
		{"all the rest", `"0 1 * * *"`, "  suspend: true\n  concurrencyPolicy: Replace\n  successfulRunHistoryLimit: 5\n  failedRunHistoryLimit: 0\n", "0 1 * * *||Replace|5|0|true", ""},
		{"every so many minutes", `"@every 3m"`, "", "@every 3m||Allow|1|1|false", ""},
		{"no schedule", `"tomorrow"`, "", "", "app.yaml:6: spec.schedule: "},
		{"no time", `"@every now"`, "", "", "expected a time after @every"},
		{"a time zone before it that is none", `"TZ=Mars/Olympus 0 1 * * *"`, "", "", `app.yaml:6: spec.schedule: the time zone "Mars/Olympus" is not known`},
		{"a time zone that is none", `"0 1 * * *"`, "  timeZone: Mars/Olympus\n", "", `app.yaml:8: spec.timeZone: the time zone "Mars/Olympus" is not known`},
		{"a time zone behind it", `"0 1 * * * TZ=Asia/Tokyo"`, "", "", "app.yaml:6: spec.schedule: the schedule \"0 1 * * * TZ=Asia/Tokyo\" holds a time zone, which has a place of its own"},
		{"an unknown policy", `"0 1 * * *"`, "  concurrencyPolicy: Queue\n", "", `spec.concurrencyPolicy: "Queue" is not known`},
		{"fewer than none", `"0 1 * * *"`, "  failedRunHistoryLimit: -1\n", "", "spec.failedRunHistoryLimit: -1: expected 0 or more"},
	} {
		text := strings.Replace(scheduled, "SCHEDULE", row.schedule, 1) + row.more
		app, err := taken(t, text, sparkapplication.Options{})
		if (err != nil) != (row.refused != "") || err != nil && !strings.Contains(err.Error(), row.refused) {
			t.Errorf("%s: got %v", row.rule, err)
		}
		if err == nil && scheduleText(app.Schedule) != row.want {
			t.Errorf("%s: got %s", row.rule, scheduleText(app.Schedule))
		}
	}
}

// Names: a manifest can be submitted again, and again.
func TestS24Names(t *testing.T) {
	app := mustTake(t, strings.Replace(least, "{name: pi}", "{generateName: pi-, namespace: a}", 1))
	if app.Name != "pi-00000" || app.Namespace != "a" || app.Line.Conf["spark.app.name"] != app.Name {
		t.Errorf("got %s in %s", app.Name, app.Namespace)
	}
	if _, err := taken(t, strings.Replace(least, "{name: pi}", "{name: pi, namespace: a}", 1), sparkapplication.Options{Namespace: "b"}); err == nil || !strings.Contains(err.Error(), "app.yaml:4: metadata.namespace: a, and -n says b: choose one") {
		t.Errorf("two namespaces: got %v", err)
	}
	app, err := taken(t, least, sparkapplication.Options{Fallback: "c"})
	if err != nil || app.Namespace != "c" {
		t.Errorf("got %v, %v", app, err)
	}
}

func scheduleText(s *submitter.ScheduleOptions) string {
	return fmt.Sprintf("%s|%s|%s|%d|%d|%t", s.Cron, s.TimeZone, s.Concurrency, *s.HistorySuccess, *s.HistoryFailed, s.Suspend)
}

// S24: seconds that Go's durations cannot hold are told with their line, instead of another time being taken for them:
// 2^55 + 64 of them would come out as 64 s.
func TestS24ATimeThatNobodyCanCount(t *testing.T) {
	for _, seconds := range []string{"2147483648", "36028797018964032"} {
		_, err := taken(t, over(t, `{timeToLiveSeconds: `+seconds+`}`), sparkapplication.Options{})
		if !errors.Is(err, submitter.ErrRefused) || !strings.HasPrefix(err.Error(), "app.yaml:12: spec.timeToLiveSeconds: ") || !strings.HasSuffix(err.Error(), ": expected at most 2147483647") {
			t.Errorf("%s: %v", seconds, err)
		}
	}
}
