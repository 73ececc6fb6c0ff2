package podtemplate

import (
	"strings"
	"testing"

	"swage.dev/swage/podtemplate/schema"
)

// yieldRows: what the API server filled in gives way to any template; what an author chose does not.
var yieldRows = []shaping{
	{
		rule: "R2 dnsPolicy ClusterFirst yields", pod: `dnsPolicy: ClusterFirst`, by: []tmpl{keep(`dnsPolicy: Default`)}, want: `dnsPolicy: Default`,
		changes: []string{"replace /spec/dnsPolicy PodSpec.dnsPolicy"},
	},
	{
		rule: "R2 another dnsPolicy is the author's", pod: `dnsPolicy: Default`, by: []tmpl{keep(`dnsPolicy: ClusterFirst`)},
		changes: []string{"none /spec/dnsPolicy PodSpec.dnsPolicy kept"}, tells: []string{"spec.dnsPolicy: kept the pod's value"},
	},
	{rule: "R2 a template that states the default meets the default: nothing", pod: `{}`, by: []tmpl{keep(`dnsPolicy: ClusterFirst`)}, changes: []string{}},
	{rule: "R2 terminationGracePeriodSeconds 30 yields", pod: `terminationGracePeriodSeconds: 30`, by: []tmpl{keep(`terminationGracePeriodSeconds: 90`)}, want: `terminationGracePeriodSeconds: 90`},
	{rule: "R2 schedulerName default-scheduler yields", pod: `schedulerName: default-scheduler`, by: []tmpl{keep(`schedulerName: volcano`)}, want: `schedulerName: volcano`},
	{rule: "R2 enableServiceLinks true yields", pod: `enableServiceLinks: true`, by: []tmpl{keep(`enableServiceLinks: false`)}, want: `enableServiceLinks: false`},
	{
		rule: "R2 an empty securityContext yields", pod: `securityContext: {}`, by: []tmpl{keep(`securityContext: {fsGroup: 185}`)}, want: `securityContext: {fsGroup: 185}`,
		changes: []string{"add /spec/securityContext/fsGroup PodSecurityContext.fsGroup"},
	},
	{
		rule: "R2 serviceAccountName default yields, and its alias with it", pod: `{serviceAccountName: default, serviceAccount: default}`,
		by: []tmpl{keep(`serviceAccountName: spark`)}, want: `{serviceAccountName: spark, serviceAccount: spark}`,
	},
	{rule: "R2 preemptionPolicy PreemptLowerPriority yields", pod: `preemptionPolicy: PreemptLowerPriority`, by: []tmpl{keep(`preemptionPolicy: Never`)}, want: `preemptionPolicy: Never`},
	{
		rule: "R2 imagePullPolicy as derived from a fixed tag yields", pod: `spark: {image: "spark:4.1.2", imagePullPolicy: IfNotPresent}`,
		by: []tmpl{keep(`spark: {imagePullPolicy: Always}`)}, want: `spark: {image: "spark:4.1.2", imagePullPolicy: Always}`,
	},
	{
		rule: "R2 imagePullPolicy as derived from no tag yields", pod: `spark: {image: "r:5000/spark", imagePullPolicy: Always}`,
		by: []tmpl{keep(`spark: {imagePullPolicy: Never}`)}, want: `spark: {image: "r:5000/spark", imagePullPolicy: Never}`,
	},
	{
		rule: "R2 imagePullPolicy that the tag does not give is the author's", pod: `spark: {image: "spark:4.1.2", imagePullPolicy: Always}`,
		by: []tmpl{keep(`spark: {imagePullPolicy: Never}`)}, changes: []string{"none /spec/containers/0/imagePullPolicy Container.imagePullPolicy kept"},
	},
	{
		rule: "R2 terminationMessagePath and terminationMessagePolicy yield",
		pod:  `spark: {terminationMessagePath: /dev/termination-log, terminationMessagePolicy: File}`,
		by:   []tmpl{keep(`spark: {terminationMessagePath: /tmp/end, terminationMessagePolicy: FallbackToLogsOnError}`)},
		want: `spark: {terminationMessagePath: /tmp/end, terminationMessagePolicy: FallbackToLogsOnError}`,
	},
	{
		rule: "R2 a probe's numbers yield where they are defaults",
		pod:  `spark: {livenessProbe: {httpGet: {path: /, port: 1, scheme: HTTP}, timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3}}`,
		by:   []tmpl{keep(`spark: {livenessProbe: {timeoutSeconds: 2, periodSeconds: 20, failureThreshold: 6}}`)},
		want: `spark: {livenessProbe: {httpGet: {path: /, port: 1, scheme: HTTP}, timeoutSeconds: 2, periodSeconds: 20, successThreshold: 1, failureThreshold: 6}}`,
	},
	{
		rule: "R2 a probe's successThreshold yields", pod: `spark: {readinessProbe: {exec: {command: [a]}, successThreshold: 1}}`,
		by: []tmpl{keep(`spark: {readinessProbe: {successThreshold: 2}}`)}, want: `spark: {readinessProbe: {exec: {command: [a]}, successThreshold: 2}}`,
	},
	{
		rule: "R2 a port's protocol TCP is part of its key", pod: `spark: {ports: [{containerPort: 80, protocol: TCP}]}`,
		by: []tmpl{keep(`spark: {ports: [{containerPort: 80, name: web}]}`)}, want: `spark: {ports: [{containerPort: 80, protocol: TCP, name: web}]}`,
	},
	{
		rule: "R2 hostPort that follows containerPort under hostNetwork yields",
		pod:  `{hostNetwork: true, spark: {ports: [{containerPort: 80, hostPort: 80}]}}`,
		by:   []tmpl{keep(`spark: {ports: [{containerPort: 80, hostPort: 0}]}`)}, want: `{hostNetwork: true, spark: {ports: [{containerPort: 80, hostPort: 80}]}}`,
	},
	{
		rule: "R2 hostPort without hostNetwork is the author's", pod: `spark: {ports: [{containerPort: 80, hostPort: 80}]}`,
		by: []tmpl{keep(`spark: {ports: [{containerPort: 80, hostPort: 81}]}`)}, changes: []string{"none /spec/containers/0/ports/0/hostPort ContainerPort.hostPort kept"},
	},
	{
		rule:    "R2 derived host ports go with hostNetwork",
		pod:     `{hostNetwork: true, spark: {ports: [{containerPort: 80, hostPort: 80}]}}`,
		by:      []tmpl{replace(`hostNetwork: false`)},
		want:    `{hostNetwork: false, spark: {ports: [{containerPort: 80}]}}`,
		changes: []string{"replace /spec/hostNetwork PodSpec.hostNetwork replaced", "remove /spec/containers/0/ports/0/hostPort derived"},
	},

	{
		rule: "R2 imagePullPolicy is derived again when the image changes", pod: `spark: {image: "spark:4.1.2", imagePullPolicy: IfNotPresent}`,
		by: []tmpl{replace(`spark: {image: "spark:latest"}`)}, want: `spark: {image: "spark:latest", imagePullPolicy: Always}`,
		changes: []string{"replace /spec/containers/0/image Container.image replaced", "replace /spec/containers/0/imagePullPolicy derived"},
	},
	{
		rule: "R2 imagePullPolicy that was not derived stays when the image changes", pod: `spark: {image: "spark:4.1.2", imagePullPolicy: Always}`,
		by: []tmpl{replace(`spark: {image: "spark:4.0.0"}`)}, want: `spark: {image: "spark:4.0.0", imagePullPolicy: Always}`,
	},
	{
		rule: "R2 a request of another container that equals its limit follows the limit",
		pod:  `containers: [{name: spark-kubernetes-executor}, {name: s, resources: {limits: {cpu: 1}, requests: {cpu: 1000m}}}]`,
		by:   []tmpl{replace(`containers: [{name: s, resources: {limits: {cpu: 2}}}]`)},
		want: `containers: [{name: spark-kubernetes-executor}, {name: s, resources: {limits: {cpu: 2}, requests: {cpu: 2}}}]`,
		changes: []string{
			"replace /spec/containers/1/resources/limits/cpu ResourceRequirements.limits replaced",
			"replace /spec/containers/1/resources/requests/cpu derived",
		},
	},
	{
		rule: "R2 a request of another container that equals its limit yields",
		pod:  `containers: [{name: spark-kubernetes-executor}, {name: s, resources: {limits: {cpu: 1}, requests: {cpu: 1}}}]`,
		by:   []tmpl{keep(`containers: [{name: s, resources: {requests: {cpu: 500m}}}]`)},
		want: `containers: [{name: spark-kubernetes-executor}, {name: s, resources: {limits: {cpu: 1}, requests: {cpu: 500m}}}]`,
	},
	{
		rule: "R2 a policy that the merged image derives yields: the second call could not tell it from a default",
		pod:  `spark: {image: "spark:4", imagePullPolicy: Always}`, by: []tmpl{replace(`spark: {image: spark}`), keep(`spark: {imagePullPolicy: Never}`)},
		want: `spark: {image: spark, imagePullPolicy: Never}`,
	},
	{
		rule: "R2 a request that the merged limit derives yields, too",
		pod:  `containers: [{name: spark-kubernetes-executor}, {name: s, resources: {limits: {cpu: 2}, requests: {cpu: 1}}}]`,
		by:   []tmpl{replace(`containers: [{name: s, resources: {limits: {cpu: 1}}}]`), keep(`containers: [{name: s, resources: {requests: {cpu: 500m}}}]`)},
		want: `containers: [{name: spark-kubernetes-executor}, {name: s, resources: {limits: {cpu: 1}, requests: {cpu: 500m}}}]`,
	},
	{
		rule: "R2 a pod-level request that the merged containers derive yields, too",
		pod:  `{resources: {limits: {cpu: 4}, requests: {cpu: 3}}, spark: {resources: {requests: {cpu: 2}}}}`,
		by:   []tmpl{keep(`{resources: {requests: {cpu: 4}}, containers: [{name: s, image: i, resources: {requests: {cpu: 1}}}]}`)},
		want: `{resources: {limits: {cpu: 4}, requests: {cpu: 4}}, initContainers: [{name: s, image: i, restartPolicy: Always, resources: {requests: {cpu: 1}}}], spark: {resources: {requests: {cpu: 2}}}}`,
	},
	{
		rule: "R2 in the Spark container a request that equals its limit never yields: Spark writes both",
		pod:  `spark: {resources: {limits: {memory: 1Gi}, requests: {memory: 1Gi}}}`, by: []tmpl{keep(`spark: {resources: {requests: {memory: 512Mi}}}`)},
		changes: []string{"none /spec/containers/0/resources/requests/memory ResourceRequirements.requests kept"},
	},
	{
		rule: "R2 in the Spark container it does not follow the limit either",
		pod:  `spark: {resources: {limits: {memory: 1Gi}, requests: {memory: 1Gi}}}`, by: []tmpl{replace(`spark: {resources: {limits: {memory: 2Gi}}}`)},
		want: `spark: {resources: {limits: {memory: 2Gi}, requests: {memory: 1Gi}}}`,
	},
	{
		rule: "R2 an extended resource's request is always its limit, and follows it also in the Spark container",
		pod:  `spark: {resources: {limits: {nvidia.com/gpu: 1}, requests: {nvidia.com/gpu: 1}}}`, by: []tmpl{replace(`spark: {resources: {limits: {nvidia.com/gpu: 2}}}`)},
		want: `spark: {resources: {limits: {nvidia.com/gpu: 2}, requests: {nvidia.com/gpu: 2}}}`,
	},
	{
		rule: "R2 pod-level requests that are the containers' sum are summed again",
		pod:  `{resources: {limits: {cpu: 4}, requests: {cpu: 1500m}}, containers: [{name: spark-kubernetes-executor, resources: {requests: {cpu: 1}}}, {name: s, resources: {requests: {cpu: 500m}}}]}`,
		by:   []tmpl{replace(`containers: [{name: s, resources: {requests: {cpu: 1}}}]`)},
		want: `{resources: {limits: {cpu: 4}, requests: {cpu: "2"}}, containers: [{name: spark-kubernetes-executor, resources: {requests: {cpu: 1}}}, {name: s, resources: {requests: {cpu: 1}}}]}`,
	},
	{
		rule: "R2 pod-level requests count a sidecar that a template adds",
		pod:  `{resources: {limits: {cpu: 4}, requests: {cpu: "1"}}, spark: {resources: {requests: {cpu: 1}}}}`,
		by:   []tmpl{keep(`containers: [{name: s, image: i, resources: {requests: {cpu: 1}}}]`)},
		want: `{resources: {limits: {cpu: 4}, requests: {cpu: "2"}}, spark: {resources: {requests: {cpu: 1}}}, initContainers: [{name: s, image: i, restartPolicy: Always, resources: {requests: {cpu: 1}}}]}`,
	},
	{
		rule: "R2 pod-level requests that are the author's stay",
		pod:  `{resources: {limits: {cpu: 4}, requests: {cpu: 3}}, spark: {resources: {requests: {cpu: 1}}}}`,
		by:   []tmpl{replace(`spark: {resources: {requests: {cpu: 2}}}`)},
		want: `{resources: {limits: {cpu: 4}, requests: {cpu: 3}}, spark: {resources: {requests: {cpu: 2}}}}`,
	},
	{
		rule: "R2 a pod-level request that was the pod-level limit follows it",
		pod:  `resources: {limits: {memory: 4Gi}, requests: {memory: 4Gi}}`, by: []tmpl{replace(`resources: {limits: {memory: 8Gi}}`)},
		want: `resources: {limits: {memory: 8Gi}, requests: {memory: 8Gi}}`,
	},
	{
		rule: "R2 a pod-level request that was derived yields",
		pod:  `resources: {limits: {memory: 4Gi}, requests: {memory: 4Gi}}`, by: []tmpl{keep(`resources: {requests: {memory: 1Gi}}`)},
		want: `resources: {limits: {memory: 4Gi}, requests: {memory: 1Gi}}`,
	},

	{
		rule: "R2 a volume's source never yields, also where it is the server's default emptyDir", pod: `volumes: [{name: v, emptyDir: {}}]`,
		by: []tmpl{keep(`volumes: [{name: v, hostPath: {path: /x}}]`)}, changes: []string{"none /spec/volumes/0 PodSpec.volumes kept"},
	},
	{
		rule: "R2 a volume's defaultMode never yields", pod: `volumes: [{name: v, secret: {secretName: s, defaultMode: 420}}]`,
		by: []tmpl{keep(`volumes: [{name: v, secret: {secretName: s, defaultMode: 256}}]`)}, changes: []string{"none /spec/volumes/0 PodSpec.volumes kept"},
	},
	{
		rule: "R2 an env value never yields, also an empty one", pod: `spark: {env: [{name: E, value: ""}]}`,
		by: []tmpl{keep(`spark: {env: [{name: E, value: x}]}`)}, changes: []string{"none /spec/containers/0/env/0 Container.env kept"},
	},
	{
		rule: "R2 yielding concerns the pod's values, never a template's: the stronger template's default beats a weaker one's value",
		pod:  `{}`, by: []tmpl{keep(`dnsPolicy: Default`), keep(`dnsPolicy: ClusterFirst`)}, changes: []string{},
	},
}

func TestServerDefaultsYieldR2(t *testing.T) { run(t, yieldRows) }

// TestEveryYieldingDefaultHasARowR2 fails when the table of defaults gains a
// row at a path that merges by itself and no test shows it yielding.
func TestEveryYieldingDefaultHasARowR2(t *testing.T) {
	var said strings.Builder
	for _, row := range yieldRows {
		said.WriteString(row.rule + row.pod)
	}
	for _, row := range schema.Defaults {
		owner, name, _ := strings.Cut(row.Path, ".")
		field := schema.TypeNamed(owner).Field(name)
		if field.Rule == nil || field.Rule.How == schema.Protected || field.Rule.How == schema.Refused {
			continue
		}
		if !strings.Contains(said.String(), name) {
			t.Errorf("no row about %s", row.Path)
		}
	}
}

// keepRows: a user who means a value that equals the default says so.
var keepRows = []shaping{
	{
		rule: "R3 swage.dev/keep makes a default the author's", pod: `{metadata: {annotations: {swage.dev/keep: spec.dnsPolicy}}, spec: {dnsPolicy: ClusterFirst}}`,
		by: []tmpl{keep(`dnsPolicy: Default`)}, changes: []string{"none /spec/dnsPolicy PodSpec.dnsPolicy kept"},
	},
	{
		rule: "R3 paths are a comma list, and spark is the Spark container",
		pod:  `{metadata: {annotations: {swage.dev/keep: "spec.schedulerName, spec.containers[spark].imagePullPolicy"}}, spec: {spark: {image: "s:1", imagePullPolicy: IfNotPresent}}}`,
		by:   []tmpl{keep(`spark: {imagePullPolicy: Always}`)}, changes: []string{"none /spec/containers/0/imagePullPolicy Container.imagePullPolicy kept"},
	},
	{
		rule: "R3 a container's own name works as well",
		pod:  `{metadata: {annotations: {swage.dev/keep: "spec.containers[spark-kubernetes-executor].imagePullPolicy"}}, spec: {spark: {image: "s:1", imagePullPolicy: IfNotPresent}}}`,
		by:   []tmpl{keep(`spark: {imagePullPolicy: Always}`)}, changes: []string{"none /spec/containers/0/imagePullPolicy Container.imagePullPolicy kept"},
	},
	{
		rule: "R3 a path covers what is below it",
		pod:  `{metadata: {annotations: {swage.dev/keep: "spec.tolerations"}}, spec: {tolerations: [{key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 300}]}}`,
		by:   []tmpl{keep(`tolerations: [{key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 9}]`)}, changes: []string{"none /spec/tolerations/0 PodSpec.tolerations kept"},
	},
	{
		rule: "R3 a kept value is not derived again",
		pod:  `{metadata: {annotations: {swage.dev/keep: "spec.containers[spark].imagePullPolicy"}}, spec: {spark: {image: "s:1", imagePullPolicy: IfNotPresent}}}`,
		by:   []tmpl{replace(`spark: {image: "s:latest"}`)},
		want: `{metadata: {annotations: {swage.dev/keep: "spec.containers[spark].imagePullPolicy"}}, spec: {spark: {image: "s:latest", imagePullPolicy: IfNotPresent}}}`,
	},
	{
		rule: "R3 other paths still yield", pod: `{metadata: {annotations: {swage.dev/keep: spec.schedulerName}}, spec: {dnsPolicy: ClusterFirst}}`,
		by: []tmpl{keep(`dnsPolicy: Default`)}, want: `{metadata: {annotations: {swage.dev/keep: spec.schedulerName}}, spec: {dnsPolicy: Default}}`,
	},
	{
		rule: "R3 it means nothing to enforced templates", pod: `{metadata: {annotations: {swage.dev/keep: spec.dnsPolicy}}, spec: {dnsPolicy: ClusterFirst}}`,
		by: []tmpl{enforcedReject(`dnsPolicy: Default`)}, want: `{metadata: {annotations: {swage.dev/keep: spec.dnsPolicy}}, spec: {dnsPolicy: Default}}`,
		changes: []string{"replace /spec/dnsPolicy PodSpec.dnsPolicy"},
	},
}

func TestKeepAnnotationR3(t *testing.T) { run(t, keepRows) }

var equalityRows = []shaping{
	{rule: "R1 quantities are equal by value", pod: `spark: {resources: {limits: {cpu: 1000m, memory: 2048Mi}}}`, by: []tmpl{reject(`spark: {resources: {limits: {cpu: 1, memory: 2Gi}}}`)}, changes: []string{}},
	{
		rule: "R1 an absent value equals its default", pod: `volumes: [{name: v, secret: {secretName: s}}, {name: h, hostPath: {path: /x, type: ""}}]`,
		by: []tmpl{reject(`volumes: [{name: v, secret: {secretName: s, defaultMode: 420}}, {name: h, hostPath: {path: /x}}]`)}, changes: []string{},
	},
	{
		rule: "R1 fieldRef without apiVersion is v1", pod: `spark: {env: [{name: E, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]}`,
		by: []tmpl{reject(`spark: {env: [{name: E, valueFrom: {fieldRef: {fieldPath: status.podIP, apiVersion: v1}}}]}`)}, changes: []string{},
	},
	{
		rule: "R1 a port by number is not one by name", pod: `spark: {livenessProbe: {tcpSocket: {port: 80}}}`,
		by: []tmpl{reject(`spark: {livenessProbe: {tcpSocket: {port: "80"}}}`)}, verdict: DeniedConflict,
	},
}

func TestEqualityR1(t *testing.T) { run(t, equalityRows) }

var zeroRows = []shaping{
	{
		rule: "R5 a zero that is no pointer counts as absent", pod: `hostNetwork: false`, by: []tmpl{keep(`hostNetwork: true`)}, want: `hostNetwork: true`,
		changes: []string{"replace /spec/hostNetwork PodSpec.hostNetwork"},
	},
	{rule: "R5 a template's zero changes nothing where the pod has none", pod: `{}`, by: []tmpl{enforced(`{hostNetwork: false, hostname: ""}`)}, changes: []string{}},
	{rule: "R5 a template's zero is a value against another one", pod: `hostNetwork: true`, by: []tmpl{replace(`hostNetwork: false`)}, want: `hostNetwork: false`},
	{
		rule: "R5 a pointer's zero is a value everywhere", pod: `{}`, by: []tmpl{keep(`{automountServiceAccountToken: false, spark: {securityContext: {allowPrivilegeEscalation: false}}}`)},
		want: `{automountServiceAccountToken: false, spark: {securityContext: {allowPrivilegeEscalation: false}}}`,
	},
	{
		rule: "R5 and the pod's pointer zero does not yield", pod: `automountServiceAccountToken: false`, by: []tmpl{keep(`automountServiceAccountToken: true`)},
		changes: []string{"none /spec/automountServiceAccountToken PodSpec.automountServiceAccountToken kept"},
	},
	{
		rule: "R5 null, [] and {} in a template say nothing", pod: `tolerations: [{key: a}]`,
		by: []tmpl{enforced(`{tolerations: [], nodeSelector: {}, containers: null, securityContext: {}, dnsPolicy: null}`)}, changes: []string{},
	},
	{rule: "R5 {} as the member of a union is a value", pod: `{}`, by: []tmpl{keep(`volumes: [{name: v, emptyDir: {}}]`)}, want: `volumes: [{name: v, emptyDir: {}}]`},
	{
		rule: "R5 null in the pod is absent", pod: `{nodeSelector: null, tolerations: null}`, by: []tmpl{keep(`{nodeSelector: {a: b}, tolerations: [{key: a}]}`)},
		want: `{nodeSelector: {a: b}, tolerations: [{key: a}]}`,
	},
	{
		rule: "R5 an env var without value is an explicit empty one", pod: `spark: {env: [{name: E, value: x}]}`, by: []tmpl{replace(`spark: {env: [{name: E}]}`)},
		want: `spark: {env: [{name: E}]}`,
	},
	{rule: "R5 and it equals an empty one", pod: `spark: {env: [{name: E, value: ""}]}`, by: []tmpl{reject(`spark: {env: [{name: E}]}`)}, changes: []string{}},
}

func TestZeroValuesR5(t *testing.T) { run(t, zeroRows) }
