package podtemplate

import "testing"

const (
	tokenVolume = `{name: kube-api-access-x1y2z, projected: {sources: [{serviceAccountToken: {path: token}}]}}`
	tokenMount  = `{name: kube-api-access-x1y2z, mountPath: /var/run/secrets/kubernetes.io/serviceaccount, readOnly: true}`
)

// followRows: values that the API server computed from a field go when this call changes the field.
var followRows = []shaping{
	{
		rule: "R9 priorityClassName clears priority and preemptionPolicy", pod: `{priority: 0, preemptionPolicy: PreemptLowerPriority}`, by: []tmpl{keep(`priorityClassName: high`)},
		want:    `priorityClassName: high`,
		changes: []string{"add /spec/priorityClassName PodSpec.priorityClassName", "remove /spec/priority follows", "remove /spec/preemptionPolicy follows"},
	},
	{
		rule: "R9 values that the author stated stay",
		pod:  `{metadata: {` + managed(`"f:preemptionPolicy": {}`) + `}, spec: {priority: 0, preemptionPolicy: Never}}`,
		by:   []tmpl{keep(`priorityClassName: high`)},
		want: `{metadata: {` + managed(`"f:preemptionPolicy": {}`) + `}, spec: {priorityClassName: high, preemptionPolicy: Never}}`,
	},
	{
		rule: "R9 a preemptionPolicy that a template states stays", pod: `{priority: 0, preemptionPolicy: PreemptLowerPriority}`, by: []tmpl{keep(`{priorityClassName: high, preemptionPolicy: Never}`)},
		want: `{priorityClassName: high, preemptionPolicy: Never}`,
	},
	{rule: "R9 only when this call changes the source", pod: `{priorityClassName: high, priority: 1000, preemptionPolicy: PreemptLowerPriority}`, by: []tmpl{replace(`priorityClassName: high`)}, changes: []string{}},
	{
		rule: "R9 a class that nobody stated is the cluster's default, and yields",
		pod:  `{metadata: {` + managedNothing + `}, spec: {priorityClassName: normal, priority: 10, preemptionPolicy: PreemptLowerPriority}}`,
		by:   []tmpl{keep(`priorityClassName: high`)},
		want: `{metadata: {` + managedNothing + `}, spec: {priorityClassName: high}}`,
	},
	{
		rule: "R9 a class that the author stated stays", pod: `{metadata: {` + managed(`"f:priorityClassName": {}`) + `}, spec: {priorityClassName: normal, priority: 10}}`,
		by: []tmpl{keep(`priorityClassName: high`)}, changes: []string{"none /spec/priorityClassName PodSpec.priorityClassName kept"},
	},

	{
		rule: "R9 serviceAccountName: alias, pull secrets, token volume and mounts",
		pod:  `{metadata: {` + managedNothing + `}, spec: {serviceAccountName: default, serviceAccount: default, imagePullSecrets: [{name: of-default}], volumes: [` + tokenVolume + `], initContainers: [{name: i, image: i, volumeMounts: [` + tokenMount + `]}], spark: {volumeMounts: [{name: u, mountPath: /u}, ` + tokenMount + `]}}}`,
		by:   []tmpl{keep(`{serviceAccountName: spark, imagePullSecrets: [{name: mine}]}`)},
		want: `{metadata: {` + managedNothing + `}, spec: {serviceAccountName: spark, serviceAccount: spark, imagePullSecrets: [{name: mine}], volumes: [], initContainers: [{name: i, image: i, volumeMounts: []}], spark: {volumeMounts: [{name: u, mountPath: /u}]}}}`,
	},
	{
		rule: "R9 the author's pull secrets and token volume stay",
		pod:  `{metadata: {` + managed(`"f:imagePullSecrets": {}, "f:volumes": {'k:{"name":"kube-api-access-x1y2z"}': {}}`) + `}, spec: {serviceAccountName: default, imagePullSecrets: [{name: a}], volumes: [` + tokenVolume + `], spark: {volumeMounts: [` + tokenMount + `]}}}`,
		by:   []tmpl{keep(`serviceAccountName: spark`)},
		want: `{metadata: {` + managed(`"f:imagePullSecrets": {}, "f:volumes": {'k:{"name":"kube-api-access-x1y2z"}': {}}`) + `}, spec: {serviceAccountName: spark, imagePullSecrets: [{name: a}], volumes: [` + tokenVolume + `], spark: {volumeMounts: [` + tokenMount + `]}}}`,
	},
	{
		rule: "R9 an account that is not replaced changes nothing that follows it", pod: `{serviceAccountName: mine, volumes: [` + tokenVolume + `], spark: {volumeMounts: [` + tokenMount + `]}}`,
		by: []tmpl{keep(`serviceAccountName: spark`)}, changes: []string{"none /spec/serviceAccountName PodSpec.serviceAccountName kept"},
	},
	{
		rule: "R9 in a file serviceAccount alone names the account", pod: `serviceAccount: mine`, by: []tmpl{keep(`serviceAccountName: spark`)},
		changes: []string{"none /spec/serviceAccount PodSpec.serviceAccountName kept"},
	},

	{
		rule: "R9 automountServiceAccountToken false takes the token back", pod: `{volumes: [{name: u, emptyDir: {}}, ` + tokenVolume + `], spark: {volumeMounts: [` + tokenMount + `]}}`,
		by:   []tmpl{keep(`automountServiceAccountToken: false`)},
		want: `{automountServiceAccountToken: false, volumes: [{name: u, emptyDir: {}}], spark: {volumeMounts: []}}`,
		changes: []string{
			"add /spec/automountServiceAccountToken PodSpec.automountServiceAccountToken",
			"remove /spec/containers/0/volumeMounts/0 follows", "remove /spec/volumes/1 follows",
		},
	},
	{
		rule: "R9 true takes nothing back", pod: `{volumes: [` + tokenVolume + `], spark: {volumeMounts: [` + tokenMount + `]}}`, by: []tmpl{keep(`automountServiceAccountToken: true`)},
		want: `{automountServiceAccountToken: true, volumes: [` + tokenVolume + `], spark: {volumeMounts: [` + tokenMount + `]}}`,
	},
	{
		rule: "R9 a volume of that name without a token is the author's", pod: `volumes: [{name: kube-api-access-mine, emptyDir: {}}]`, by: []tmpl{keep(`automountServiceAccountToken: false`)},
		want: `{automountServiceAccountToken: false, volumes: [{name: kube-api-access-mine, emptyDir: {}}]}`,
	},

	{
		rule: "R9 runtimeClassName clears overhead and what the old class added",
		pod:  `{metadata: {` + managed(`"f:runtimeClassName": {}`) + `}, spec: {runtimeClassName: kata, overhead: {cpu: 1}, nodeSelector: {kata: "true"}, tolerations: [{key: kata}]}}`,
		by:   []tmpl{replace(`{runtimeClassName: gvisor, nodeSelector: {pool: a}, tolerations: [{key: pool}]}`)},
		want: `{metadata: {` + managed(`"f:runtimeClassName": {}`) + `}, spec: {runtimeClassName: gvisor, nodeSelector: {pool: a}, tolerations: [{key: pool}]}}`,
	},
	{
		rule: "R9 the author's node selector and tolerations stay",
		pod:  `{metadata: {` + managed(`"f:nodeSelector": {}, "f:tolerations": {}`) + `}, spec: {runtimeClassName: kata, overhead: {cpu: 1}, nodeSelector: {a: b}, tolerations: [{key: a}]}}`,
		by:   []tmpl{replace(`runtimeClassName: gvisor`)},
		want: `{metadata: {` + managed(`"f:nodeSelector": {}, "f:tolerations": {}`) + `}, spec: {runtimeClassName: gvisor, nodeSelector: {a: b}, tolerations: [{key: a}]}}`,
	},
	{
		rule: "R9 a pod without a class has nothing of an old one", pod: `{metadata: {` + managedNothing + `}, spec: {nodeSelector: {mesh: x}}}`, by: []tmpl{keep(`runtimeClassName: gvisor`)},
		want: `{metadata: {` + managedNothing + `}, spec: {runtimeClassName: gvisor, nodeSelector: {mesh: x}}}`,
	},
}

func TestFieldsThatFollowR9(t *testing.T) { run(t, followRows) }

var enforcedRows = []shaping{
	{
		rule: "R11 each leaf that it states is in the pod", pod: `{nodeSelector: {pool: a}, spark: {image: "x:1", env: [{name: E, value: pod}], securityContext: {runAsUser: 0}}}`,
		by:   []tmpl{enforced(`{nodeSelector: {pool: b}, spark: {image: "y:2", env: [{name: E, value: enforced}], securityContext: {runAsUser: 185}}}`)},
		want: `{nodeSelector: {pool: b}, spark: {image: "y:2", env: [{name: E, value: enforced}], securityContext: {runAsUser: 185}}}`,
	},
	{
		rule: "R11 reject denies, with the path and the template", pod: `hostNetwork: true`, by: []tmpl{enforcedReject(`hostNetwork: false`)}, verdict: DeniedConflict,
		changes: []string{"none /spec/hostNetwork PodSpec.hostNetwork rejected"}, tells: []string{"spec.hostNetwork contradicts template team-a/a/pod.yaml"},
	},
	{rule: "R11 it beats every other template", pod: `{}`, by: []tmpl{enforced(`hostname: enforced`), replace(`hostname: default`)}, want: `hostname: enforced`},
	{
		rule: "R11 it removes nothing", pod: `{tolerations: [{key: a}], spark: {securityContext: {privileged: true}}}`, by: []tmpl{enforced(`{tolerations: [{key: b}], spark: {securityContext: {runAsNonRoot: true}}}`)},
		want: `{tolerations: [{key: a}, {key: b}], spark: {securityContext: {privileged: true, runAsNonRoot: true}}}`,
	},
	{
		rule: "R11 * stands for every container and init container, those that templates add included",
		pod:  `{initContainers: [{name: i, image: i}], spark: {}}`,
		by:   []tmpl{enforced(`{containers: [{name: "*", securityContext: {runAsNonRoot: true}}]}`), keep(`containers: [{name: s, image: s}]`)},
		want: `{initContainers: [{name: i, image: i, securityContext: {runAsNonRoot: true}}, {name: s, image: s, restartPolicy: Always, securityContext: {runAsNonRoot: true}}], spark: {securityContext: {runAsNonRoot: true}}}`,
	},
	{
		rule: "R11 within one template a container's own entry beats *", pod: `spark: {}`,
		by: []tmpl{enforced(`{containers: [{name: spark, securityContext: {runAsUser: 1}}, {name: "*", securityContext: {runAsUser: 2}}]}`)}, want: `spark: {securityContext: {runAsUser: 1}}`,
	},
	{
		rule: "R11 a pod-level security context meets what containers say for themselves", pod: `spark: {securityContext: {runAsUser: 0, privileged: true}}`,
		by: []tmpl{enforced(`securityContext: {runAsUser: 185, fsGroup: 5}`)}, want: `{securityContext: {runAsUser: 185, fsGroup: 5}, spark: {securityContext: {runAsUser: 185, privileged: true}}}`,
	},
	{
		rule: "R11 with reject it denies the container that contradicts", pod: `spark: {securityContext: {runAsUser: 0}}`, by: []tmpl{enforcedReject(`securityContext: {runAsUser: 185}`)},
		verdict: DeniedConflict, tells: []string{"spec.containers[spark-kubernetes-executor].securityContext.runAsUser"},
	},
	{
		rule: "R11 a container that says nothing is left alone", pod: `spark: {securityContext: {privileged: false}}`, by: []tmpl{enforced(`securityContext: {runAsUser: 185}`)},
		want: `{securityContext: {runAsUser: 185}, spark: {securityContext: {privileged: false}}}`,
	},
	{
		rule: "R11 a container's part of a template's sidecar meets it as well", pod: `{}`, by: []tmpl{enforced(`securityContext: {runAsUser: 185}`), keep(`containers: [{name: s, image: s, securityContext: {runAsUser: 0}}]`)},
		want: `{securityContext: {runAsUser: 185}, initContainers: [{name: s, image: s, restartPolicy: Always, securityContext: {runAsUser: 185}}]}`,
	},
}

func TestEnforcedR11(t *testing.T) { run(t, enforcedRows) }

// evidenceRows: which container is Spark's. The template sets tty there.
var evidenceRows = []shaping{
	{
		rule: "R12 args that begin with the role, before everything else", pod: `{metadata: {annotations: {kubectl.kubernetes.io/default-container: b}}, spec: {containers: [{name: spark-kubernetes-executor}, {name: a, args: [executor]}, {name: b, env: [{name: SPARK_EXECUTOR_ID}]}]}}`,
		want: `{metadata: {annotations: {kubectl.kubernetes.io/default-container: b}}, spec: {containers: [{name: spark-kubernetes-executor}, {name: a, args: [executor], tty: true}, {name: b, env: [{name: SPARK_EXECUTOR_ID}]}]}}`,
	},
	{
		rule: "R12 an env var SPARK_EXECUTOR_ID", pod: `containers: [{name: spark-kubernetes-executor}, {name: b, env: [{name: X}, {name: SPARK_EXECUTOR_ID}]}]`,
		want: `containers: [{name: spark-kubernetes-executor}, {name: b, env: [{name: X}, {name: SPARK_EXECUTOR_ID}], tty: true}]`,
	},
	{
		rule: "R12 an env var SPARK_DRIVER_BIND_ADDRESS", role: Driver, pod: `containers: [{name: a}, {name: b, env: [{name: SPARK_DRIVER_BIND_ADDRESS}]}]`,
		want: `containers: [{name: a}, {name: b, env: [{name: SPARK_DRIVER_BIND_ADDRESS}], tty: true}]`,
	},
	{
		rule: "R12 the name that Spark gives", pod: `{metadata: {annotations: {kubectl.kubernetes.io/default-container: istio-proxy}}, spec: {containers: [{name: istio-proxy}, {name: spark-kubernetes-executor}]}}`,
		want: `{metadata: {annotations: {kubectl.kubernetes.io/default-container: istio-proxy}}, spec: {containers: [{name: istio-proxy}, {name: spark-kubernetes-executor, tty: true}]}}`,
	},
	{
		rule: "R12 the name for the other role is no evidence", role: Driver, pod: `{metadata: {annotations: {kubectl.kubernetes.io/default-container: b}}, spec: {containers: [{name: spark-kubernetes-executor}, {name: b}]}}`,
		want: `{metadata: {annotations: {kubectl.kubernetes.io/default-container: b}}, spec: {containers: [{name: spark-kubernetes-executor}, {name: b, tty: true}]}}`,
	},
	{
		rule: "R12 the annotation of kubectl", pod: `{metadata: {annotations: {kubectl.kubernetes.io/default-container: b}}, spec: {containers: [{name: a}, {name: b}]}}`,
		want: `{metadata: {annotations: {kubectl.kubernetes.io/default-container: b}}, spec: {containers: [{name: a}, {name: b, tty: true}]}}`,
	},
	{rule: "R12 the only container", pod: `containers: [{name: a}]`, want: `containers: [{name: a, tty: true}]`},
	{rule: "R12 never the first: nothing tells, and a template needs it", pod: `containers: [{name: a}, {name: b}]`, verdict: DeniedInvalid, tells: []string{defaultContainerAnnotation}},
	{
		rule: "R12 several of the same evidence: the first", pod: `containers: [{name: a}, {name: b, args: [executor]}, {name: c, args: [executor]}]`,
		want: `containers: [{name: a}, {name: b, args: [executor], tty: true}, {name: c, args: [executor]}]`,
	},
}

func TestSparkContainerR12(t *testing.T) {
	for i := range evidenceRows {
		evidenceRows[i].by = []tmpl{keep(`spark: {tty: true}`)}
	}
	run(t, evidenceRows)
	run(t, []shaping{
		{
			rule: "R12 several of the same evidence: enforced parts go to all", pod: `containers: [{name: a}, {name: b, args: [executor]}, {name: c, args: [executor]}]`,
			by: []tmpl{enforced(`spark: {tty: true}`)}, want: `containers: [{name: a}, {name: b, args: [executor], tty: true}, {name: c, args: [executor], tty: true}]`,
		},
		{rule: "R12 no template needs it: nothing is denied", pod: `containers: [{name: a}, {name: b}]`, by: []tmpl{keep(`hostname: h`)}, want: `{hostname: h, containers: [{name: a}, {name: b}]}`},
		{
			rule: "R12 Spark's own name in a template means it, too", pod: `containers: [{name: a, args: [executor]}]`, by: []tmpl{keep(`containers: [{name: spark-kubernetes-executor, tty: true}]`)},
			want: `containers: [{name: a, args: [executor], tty: true}]`,
		},
		{
			rule: "R12 a container that is called spark is not Spark's for that", pod: `containers: [{name: spark}, {name: b, args: [executor]}]`, by: []tmpl{keep(`spark: {tty: true}`)},
			want: `containers: [{name: spark}, {name: b, args: [executor], tty: true}]`,
		},
	})
}

// R12: the recogniser's container counts where Spark's own marks are missing, and before the annotation.
func TestRecognisersContainerR12(t *testing.T) {
	row := shaping{by: []tmpl{keep(`spark: {tty: true}`)}}
	req := row.request(t, row.podJSON(t, `{metadata: {annotations: {kubectl.kubernetes.io/default-container: a}}, spec: {containers: [{name: a}, {name: notebook}]}}`))
	req.SparkContainer = "notebook"
	shaper := NewShaper(Options{})
	result := shaper.Shape(req)
	checkContract(t, shaper, req, &result)
	if tty, _ := lookUp(decodeJSON(t, result.Pod()), "/spec/containers/1/tty"); tty != true {
		t.Errorf("%s", result.Pod())
	}
}
