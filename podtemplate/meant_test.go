package podtemplate

import "testing"

// meantRows: what looks computed but is meant, by a template that states the
// same or by the author's swage.dev/keep, stays when its source changes.
var meantRows = []shaping{
	{
		rule: "R9 pull secrets that a template states stay, though the pod has them from its old account",
		pod:  `{metadata: {` + managedNothing + `}, spec: {serviceAccountName: default, serviceAccount: default, imagePullSecrets: [{name: reg}, {name: old}]}}`,
		by:   []tmpl{enforced(`{serviceAccountName: spark, imagePullSecrets: [{name: reg}]}`)},
		want: `{metadata: {` + managedNothing + `}, spec: {serviceAccountName: spark, serviceAccount: spark, imagePullSecrets: [{name: reg}]}}`,
	},
	{
		rule: "R9 also when another template states them",
		pod:  `{metadata: {` + managedNothing + `}, spec: {serviceAccountName: default, imagePullSecrets: [{name: reg}]}}`,
		by:   []tmpl{keep(`serviceAccountName: spark`), keep(`imagePullSecrets: [{name: reg}]`)},
		want: `{metadata: {` + managedNothing + `}, spec: {serviceAccountName: spark, imagePullSecrets: [{name: reg}]}}`,
	},
	{
		rule: "R9 a selector and a toleration that a template states stay, though the old runtime class may have brought them",
		pod:  `{metadata: {` + managedNothing + `}, spec: {runtimeClassName: old, nodeSelector: {a: b, c: d}, tolerations: [{key: t, operator: Exists}, {key: u, operator: Exists}]}}`,
		by:   []tmpl{enforced(`{runtimeClassName: new, nodeSelector: {a: b}, tolerations: [{key: t, operator: Exists}]}`)},
		want: `{metadata: {` + managedNothing + `}, spec: {runtimeClassName: new, nodeSelector: {a: b}, tolerations: [{key: t, operator: Exists}]}}`,
	},
	{
		rule: "R2 a host port that a template states stays without host network",
		pod:  `{hostNetwork: true, spark: {ports: [{containerPort: 8080, hostPort: 8080}, {containerPort: 9090, hostPort: 9090}]}}`,
		by:   []tmpl{enforced(`{hostNetwork: false, spark: {ports: [{containerPort: 8080, hostPort: 8080}]}}`)},
		want: `{hostNetwork: false, spark: {ports: [{containerPort: 8080, hostPort: 8080}, {containerPort: 9090}]}}`,
	},
	{
		rule: "R2 a pod-level request that a template states stays when the limit rises",
		pod:  `{resources: {limits: {memory: 4Gi}, requests: {memory: 4Gi}}}`,
		by:   []tmpl{enforced(`{resources: {limits: {memory: 8Gi}, requests: {memory: 4Gi}}}`)},
		want: `{resources: {limits: {memory: 8Gi}, requests: {memory: 4Gi}}}`,
	},
	{
		rule: "R3 a host port that the author keeps stays",
		pod:  `{metadata: {annotations: {swage.dev/keep: "spec.containers[spark].ports"}}, spec: {hostNetwork: true, spark: {ports: [{containerPort: 8080, hostPort: 8080}]}}}`,
		by:   []tmpl{replace(`hostNetwork: false`)},
		want: `{metadata: {annotations: {swage.dev/keep: "spec.containers[spark].ports"}}, spec: {hostNetwork: false, spark: {ports: [{containerPort: 8080, hostPort: 8080}]}}}`,
	},
	{
		rule: "R3 a pod-level request that the author keeps stays",
		pod:  `{metadata: {annotations: {swage.dev/keep: spec.resources.requests.memory}}, spec: {resources: {limits: {memory: 4Gi}, requests: {memory: 4Gi}}}}`,
		by:   []tmpl{replace(`resources: {limits: {memory: 8Gi}}`)},
		want: `{metadata: {annotations: {swage.dev/keep: spec.resources.requests.memory}}, spec: {resources: {limits: {memory: 8Gi}, requests: {memory: 4Gi}}}}`,
	},
	{
		rule: "R3 the plugin's tolerations that the author keeps stay",
		pod:  `{metadata: {annotations: {swage.dev/keep: spec.tolerations}}, spec: {tolerations: [{key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 300}]}}`,
		by:   []tmpl{keep(`tolerations: [{operator: Exists}]`)},
		want: `{metadata: {annotations: {swage.dev/keep: spec.tolerations}}, spec: {tolerations: [{key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 300}, {operator: Exists}]}}`,
	},
	{
		rule: "R9 a priority goes with its class even if kept: the API server refuses any other number",
		pod:  `{metadata: {annotations: {swage.dev/keep: spec.priority}}, spec: {priority: 0, preemptionPolicy: PreemptLowerPriority}}`,
		by:   []tmpl{keep(`priorityClassName: high`)},
		want: `{metadata: {annotations: {swage.dev/keep: spec.priority}}, spec: {priorityClassName: high}}`,
	},
	{
		rule: "R9 a token volume that something else mounts stays without the plugin's mounts",
		pod:  `{volumes: [` + tokenVolume + `], spark: {volumeMounts: [` + tokenMount + `, {name: kube-api-access-x1y2z, mountPath: /token}]}}`,
		by:   []tmpl{keep(`automountServiceAccountToken: false`)},
		want: `{automountServiceAccountToken: false, volumes: [` + tokenVolume + `], spark: {volumeMounts: [{name: kube-api-access-x1y2z, mountPath: /token}]}}`,
	},
}

func TestWhatIsMeantStays(t *testing.T) { run(t, meantRows) }

const (
	localDir        = `{name: spark-local-dir-1, emptyDir: {}}`
	localDirMounted = `{name: spark-local-dir-1, mountPath: /var/data/spark-1}`
)

// scratchUseRows: Spark's default scratch space is one thing; who else uses its volume, or keeps it, does not lose it.
var scratchUseRows = []shaping{
	{
		rule: "R14 a default volume that the Spark container mounts a second time stays",
		pod:  `{volumes: [` + localDir + `], spark: {env: [{name: SPARK_LOCAL_DIRS, value: /var/data/spark-1}], volumeMounts: [` + localDirMounted + `, {name: spark-local-dir-1, mountPath: /tmp, subPath: t}]}}`,
		by:   []tmpl{keep(`{volumes: [{name: spark-local-dir-x, emptyDir: {medium: Memory}}], spark: {volumeMounts: [{name: spark-local-dir-x, mountPath: /scratch}]}}`)},
		want: `{volumes: [` + localDir + `, {name: spark-local-dir-x, emptyDir: {medium: Memory}}], spark: {env: [{name: SPARK_LOCAL_DIRS, value: "/tmp,/scratch"}], volumeMounts: [{name: spark-local-dir-1, mountPath: /tmp, subPath: t}, {name: spark-local-dir-x, mountPath: /scratch}]}}`,
	},
	{
		rule: "R14 a default volume that a template's sidecar mounts stays",
		pod:  `{volumes: [` + localDir + `], spark: {env: [{name: SPARK_LOCAL_DIRS, value: /var/data/spark-1}], volumeMounts: [` + localDirMounted + `]}}`,
		by:   []tmpl{keep(`{volumes: [{name: spark-local-dir-x, emptyDir: {medium: Memory}}], spark: {volumeMounts: [{name: spark-local-dir-x, mountPath: /scratch}]}, initContainers: [{name: s, image: s, volumeMounts: [{name: spark-local-dir-1, mountPath: /look}]}]}`)},
		want: `{volumes: [` + localDir + `, {name: spark-local-dir-x, emptyDir: {medium: Memory}}], initContainers: [{name: s, image: s, volumeMounts: [{name: spark-local-dir-1, mountPath: /look}]}], spark: {env: [{name: SPARK_LOCAL_DIRS, value: /scratch}], volumeMounts: [{name: spark-local-dir-x, mountPath: /scratch}]}}`,
	},
	{
		rule: "R3 a scratch volume that the author keeps keeps its mount and its place in SPARK_LOCAL_DIRS, under the same name",
		pod:  `{metadata: {annotations: {swage.dev/keep: "spec.volumes[spark-local-dir-1]"}}, spec: {volumes: [` + localDir + `], spark: {env: [{name: SPARK_LOCAL_DIRS, value: /var/data/spark-1}], volumeMounts: [` + localDirMounted + `]}}}`,
		by:   []tmpl{keep(`{volumes: [{name: spark-local-dir-1, emptyDir: {medium: Memory}}], spark: {volumeMounts: [{name: spark-local-dir-1, mountPath: /scratch}]}}`)},
	},
	{
		rule: "R3 and beside another name",
		pod:  `{metadata: {annotations: {swage.dev/keep: "spec.volumes"}}, spec: {volumes: [` + localDir + `], spark: {env: [{name: SPARK_LOCAL_DIRS, value: /var/data/spark-1}], volumeMounts: [` + localDirMounted + `]}}}`,
		by:   []tmpl{keep(`{volumes: [{name: spark-local-dir-x, emptyDir: {medium: Memory}}], spark: {volumeMounts: [{name: spark-local-dir-x, mountPath: /scratch}]}}`)},
		want: `{metadata: {annotations: {swage.dev/keep: "spec.volumes"}}, spec: {volumes: [` + localDir + `, {name: spark-local-dir-x, emptyDir: {medium: Memory}}], spark: {env: [{name: SPARK_LOCAL_DIRS, value: "/var/data/spark-1,/scratch"}], volumeMounts: [` + localDirMounted + `, {name: spark-local-dir-x, mountPath: /scratch}]}}}`,
	},
	{
		rule: "R14 a replacing template's mount takes a path that another volume of the pod holds",
		pod:  `{volumes: [` + localDir + `, {name: u, emptyDir: {}}], spark: {env: [{name: SPARK_LOCAL_DIRS, value: /var/data/spark-1}], volumeMounts: [` + localDirMounted + `, {name: u, mountPath: /scratch}]}}`,
		by:   []tmpl{replace(`{volumes: [{name: spark-local-dir-x, emptyDir: {medium: Memory}}], spark: {volumeMounts: [{name: spark-local-dir-x, mountPath: /scratch}]}}`)},
		want: `{volumes: [{name: u, emptyDir: {}}, {name: spark-local-dir-x, emptyDir: {medium: Memory}}], spark: {env: [{name: SPARK_LOCAL_DIRS, value: /scratch}], volumeMounts: [{name: spark-local-dir-x, mountPath: /scratch}]}}`,
	},
	{
		rule: "R5 R14 an empty medium is none",
		pod:  `{volumes: [{name: spark-local-dir-1, emptyDir: {medium: ""}}], spark: {env: [{name: SPARK_LOCAL_DIRS, value: /var/data/spark-1}], volumeMounts: [` + localDirMounted + `]}}`,
		by:   []tmpl{keep(`volumes: [{name: spark-local-dir-1, emptyDir: {medium: Memory}}]`)},
		want: `{volumes: [{name: spark-local-dir-1, emptyDir: {medium: Memory}}], spark: {env: [{name: SPARK_LOCAL_DIRS, value: /var/data/spark-1}], volumeMounts: [` + localDirMounted + `]}}`,
	},
}

func TestWhoElseUsesScratchSpace(t *testing.T) { run(t, scratchUseRows) }

// portNameRows: the name of a port is its second key.
var portNameRows = []shaping{
	{
		rule: "R10 R16 of two templates' ports of one name the stronger template's stands, alone",
		pod:  `{}`, by: []tmpl{keep(`spark: {ports: [{containerPort: 9090, name: http}]}`), keep(`spark: {ports: [{containerPort: 8080, name: http}]}`)},
		want: `spark: {ports: [{containerPort: 8080, name: http}]}`, changes: []string{"add /spec/containers/0/ports/0 Container.ports"},
	},
	{
		rule: "R10 R16 reject is against the pod, not against a weaker template",
		pod:  `{}`, by: []tmpl{keep(`spark: {ports: [{containerPort: 9090, name: http}]}`), reject(`spark: {ports: [{containerPort: 8080, name: http}]}`)},
		want: `spark: {ports: [{containerPort: 8080, name: http}]}`,
	},
	{
		rule: "R10 R16 and the second admission finds nothing to do",
		pod:  `{}`, by: []tmpl{replace(`spark: {ports: [{containerPort: 9090, name: http}]}`), enforced(`spark: {ports: [{containerPort: 8080, name: http}]}`)},
		want: `spark: {ports: [{containerPort: 8080, name: http}]}`,
	},
	{
		rule: "R16 a replacing template's port takes its name from another port of the pod, which goes",
		pod:  `spark: {ports: [{containerPort: 8080}, {containerPort: 9090, name: http}]}`, by: []tmpl{replace(`spark: {ports: [{containerPort: 8080, name: http}]}`)},
		want:    `spark: {ports: [{containerPort: 8080, name: http}]}`,
		changes: []string{"remove /spec/containers/0/ports/1 Container.ports replaced", "add /spec/containers/0/ports/0/name ContainerPort.name"},
	},
	{
		rule: "R16 a keeping one leaves the name where it is",
		pod:  `spark: {ports: [{containerPort: 8080}, {containerPort: 9090, name: http}]}`, by: []tmpl{keep(`spark: {ports: [{containerPort: 8080, name: http}]}`)},
		changes: []string{"none /spec/containers/0/ports/1 Container.ports kept"},
	},
	{
		rule: "R16 a rejecting one rejects",
		pod:  `spark: {ports: [{containerPort: 8080}, {containerPort: 9090, name: http}]}`, by: []tmpl{reject(`spark: {ports: [{containerPort: 8080, name: http}]}`)},
		verdict: DeniedConflict,
	},
	{
		rule: "R13 R16 no template takes the name of a driver's port", role: Driver,
		pod:     `spark: {ports: [{containerPort: 7078, name: driver-rpc-port}, {containerPort: 8080}]}`,
		by:      []tmpl{enforced(`spark: {ports: [{containerPort: 8080, name: driver-rpc-port}]}`)},
		changes: []string{"none /spec/containers/0/ports/0 protected"},
	},
}

func TestPortNames(t *testing.T) { run(t, portNameRows) }

// patchOnlyRows: an entry without an image only changes a container, in whichever list that is.
var patchOnlyRows = []shaping{
	{
		rule: "R18 it makes no sidecar of the pod's init container",
		pod:  `initContainers: [{name: b, image: x}]`, by: []tmpl{enforced(`containers: [{name: b, env: [{name: Q, value: "1"}]}]`)},
		want: `initContainers: [{name: b, image: x, env: [{name: Q, value: "1"}]}]`,
	},
	{
		rule: "R18 nor of another template's",
		pod:  `{}`, by: []tmpl{keep(`initContainers: [{name: b, image: x}]`), enforced(`containers: [{name: b, env: [{name: Q, value: "1"}]}]`)},
		want: `initContainers: [{name: b, image: x, env: [{name: Q, value: "1"}]}]`,
	},
	{
		rule: "R18 nor does a weaker one",
		pod:  `{}`, by: []tmpl{replace(`containers: [{name: b, env: [{name: Q, value: "1"}]}]`), keep(`initContainers: [{name: b, image: x}]`)},
		want: `initContainers: [{name: b, image: x, env: [{name: Q, value: "1"}]}]`,
	},
}

// aliasRows: names that mean another.
var aliasRows = []shaping{
	{rule: "R9 serviceAccount in a template is serviceAccountName", pod: `{}`, by: []tmpl{keep(`serviceAccount: etl`)}, want: `serviceAccountName: etl`},
	{rule: "R9 also beside it, as in copies of live pods", pod: `{}`, by: []tmpl{keep(`{serviceAccount: etl, serviceAccountName: etl}`)}, want: `serviceAccountName: etl`},
	{rule: "R12 the other role's Spark container is none of this pod", pod: `{}`, by: []tmpl{keep(`{hostname: h, containers: [{name: spark-kubernetes-driver, image: spark, tty: true}]}`)}, want: `hostname: h`},
	{rule: "R12 this role's is the Spark container", pod: `{}`, by: []tmpl{keep(`containers: [{name: spark-kubernetes-executor, tty: true}]`)}, want: `spark: {tty: true}`},
}

func TestNamesThatMeanAnother(t *testing.T) { run(t, aliasRows) }

func TestPatchOnlyEntriesR18(t *testing.T) { run(t, patchOnlyRows) }
