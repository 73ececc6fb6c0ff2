package shapehere

import "swage.dev/swage/podtemplate"

// template is one ConfigMap.
type template struct {
	name        string
	mode        podtemplate.Mode
	annotations map[string]string
	data        map[string]string
}

// submission is one into a namespace of its own.
type submission struct {
	rule      string
	labels    map[string]string // the namespace's
	templates []template
	args      []string
	prepare   string // "limits": the namespace has a LimitRange
}

// systemTemplates reach all namespaces, or those that they select.
func systemTemplates() []template {
	return []template{
		// By a probe it is told whether the webhook is called: no template reaches that.
		{"00-everywhere", podtemplate.Default, map[string]string{podtemplate.NamespacesAnnotation: "kubernetes.io/metadata.name!=swage-probes"}, map[string]string{"driver.yaml": `{metadata: {labels: {cluster: c1}}}`}},
		{"10-selected", podtemplate.Default, map[string]string{podtemplate.NamespacesAnnotation: "env=prod"}, map[string]string{
			"driver.yaml": `{spec: {priorityClassName: high}}`,
		}},
		{"20-asked-for", podtemplate.Named, nil, map[string]string{"driver.yaml": `{spec: {tolerations: [{key: spot, operator: Exists}]}}`}},
	}
}

func driver(yaml string) map[string]string { return map[string]string{"driver.yaml": yaml} }

// submissions are of all that a template can do to a pod: beside what the API
// server fills in, and what its plugins add.
func submissions() []submission {
	return []submission{
		{rule: "no template of its own"},
		{rule: "a template for both roles", templates: []template{{"base", podtemplate.Default, nil, map[string]string{
			"pod.yaml": `{spec: {securityContext: {runAsUser: 185, fsGroup: 185}, nodeSelector: {disk: ssd}, containers: [{name: "*", env: [{name: TEAM, value: "{{NAMESPACE}}"}]}]}}`,
		}}}},
		{rule: "values that the server filled in give way", templates: []template{{"base", podtemplate.Default, nil, driver(
			`{spec: {terminationGracePeriodSeconds: 5, enableServiceLinks: false, dnsPolicy: Default, containers: [{name: spark, imagePullPolicy: Always}]}}`,
		)}}},
		{rule: "tolerations of the plugin's", templates: []template{{"base", podtemplate.Default, nil, driver(
			`{spec: {tolerations: [{key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 30}]}}`,
		)}}},
		{rule: "a sidecar, volumes and affinity", templates: []template{{"base", podtemplate.Default, nil, driver(`
spec:
  containers:
  - {name: log, image: "log:1", volumeMounts: [{name: logs, mountPath: /logs}]}
  - name: spark
    volumeMounts: [{name: logs, mountPath: /opt/logs}]
  volumes: [{name: logs, emptyDir: {sizeLimit: 1Gi}}]
  affinity:
    nodeAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
        nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: In, values: [a, b]}]}]
`)}}},
		{rule: "no token", templates: []template{{"base", podtemplate.Default, nil, driver(`{spec: {automountServiceAccountToken: false}}`)}}},
		{rule: "another account", templates: []template{{"base", podtemplate.Default, nil, driver(`{spec: {serviceAccountName: spark}}`)}}},
		{rule: "scratch space", templates: []template{{"base", podtemplate.Default, nil, driver(
			`{spec: {containers: [{name: spark, volumeMounts: [{name: spark-local-dir-1, mountPath: /scratch}]}], volumes: [{name: spark-local-dir-1, hostPath: {path: /fast}}]}}`,
		)}}},
		{rule: "a LimitRange's resources", prepare: "limits", templates: []template{{"base", podtemplate.Default, nil, driver(
			`{spec: {containers: [{name: log, image: log, resources: {limits: {memory: 64Mi}}}, {name: spark, resources: {limits: {cpu: "2"}}}]}}`,
		)}}},
	}
}

// chosen are about which templates apply, and who wins.
func chosen() []submission {
	const ask = "spark.kubernetes.driver.annotation.swage.dev/templates="
	return []submission{
		{rule: "selected by the namespace's labels", labels: map[string]string{"env": "prod"}},
		{rule: "named templates, in their order", args: []string{"--conf", ask + "own,20-asked-for"}, templates: []template{
			{"own", podtemplate.Named, nil, driver(`{metadata: {annotations: {asked: "yes"}}}`)},
		}},
		{rule: "a named template that does not exist", args: []string{"--conf", ask + "none"}},
		{rule: "executors that swage makes, and what they inherit", args: []string{
			"--conf", ask + "own", "--executors-by", "submitter", "--gang", "--num-executors", "2",
		}, templates: []template{
			{"own", podtemplate.Named, nil, map[string]string{
				"pod.yaml":      `{spec: {containers: [{name: log, image: log}]}}`,
				"executor.yaml": `{spec: {priorityClassName: high, containers: [{name: spark, env: [{name: ID, value: "{{EXECUTOR_ID}} of {{APP_NAME}}"}]}]}}`,
			}},
			{"law", podtemplate.Enforced, nil, map[string]string{"executor.yaml": `{spec: {containers: [{name: "*", imagePullPolicy: Always}]}}`}},
		}},
		{rule: "the pod opts out", args: []string{"--conf", "spark.kubernetes.driver.annotation.swage.dev/shape=false"}},
		{rule: "enforced for drivers", templates: []template{{"law", podtemplate.Enforced, nil, driver(
			`{spec: {containers: [{name: spark, imagePullPolicy: Always, securityContext: {readOnlyRootFilesystem: true}}]}}`,
		)}}, args: []string{"--conf", "spark.kubernetes.container.image.pullPolicy=Never"}},
		{rule: "a conflict that is kept", args: []string{"--conf", "spark.kubernetes.driver.label.team=mine"}, templates: []template{
			{"base", podtemplate.Default, nil, driver(`{metadata: {labels: {team: theirs, more: "1"}}, spec: {schedulerName: other}}`)},
		}},
		{rule: "a conflict that replaces", args: []string{"--conf", "spark.kubernetes.driver.node.selector.disk=hdd"}, templates: []template{
			{"base", podtemplate.Default, map[string]string{podtemplate.OnConflictAnnotation: "replace"}, driver(`{spec: {nodeSelector: {disk: ssd}}}`)},
		}},
		{rule: "a conflict that denies", args: []string{"--conf", "spark.kubernetes.driver.node.selector.disk=hdd"}, templates: []template{
			{"base", podtemplate.Default, map[string]string{podtemplate.OnConflictAnnotation: "reject"}, driver(`{spec: {nodeSelector: {disk: ssd}}}`)},
		}},
		{rule: "a template that does not load is skipped", templates: []template{
			{"base", podtemplate.Default, nil, driver(`{spec: {nodeSelectr: {}}}`)},
			{"good", podtemplate.Default, nil, driver(`{spec: {nodeSelector: {disk: ssd}}}`)},
		}},
		{rule: "an enforced template that does not load denies", templates: []template{{"law", podtemplate.Enforced, nil, driver(`{spec: {x: 1}}`)}}},
		{rule: "a scheduling gate beside ours", templates: []template{{"base", podtemplate.Default, nil, driver(`{spec: {schedulingGates: [{name: example.com/wait}]}}`)}}},
		{rule: "a runtime class", templates: []template{{"base", podtemplate.Default, nil, driver(`{spec: {runtimeClassName: vm}}`)}}},
		{rule: "a template of another class", templates: []template{{"other", podtemplate.Default, map[string]string{"class": "x"}, driver(`{spec: {nodeSelector: {a: b}}}`)}}},
	}
}
