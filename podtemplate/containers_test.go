package podtemplate

import "testing"

var containerRows = []shaping{
	{
		rule: "R18 a container without image only patches: the pod has none, so it is skipped", pod: `{}`, by: []tmpl{keep(`containers: [{name: s, tty: true}]`)},
		changes: []string{"none /spec/initContainers/- skipped"},
	},
	{
		rule: "R18 it patches a sidecar that another template brings", pod: `{}`, by: []tmpl{keep(`containers: [{name: s, image: i}]`), keep(`containers: [{name: s, tty: true}]`)},
		want:    `initContainers: [{name: s, image: i, restartPolicy: Always, tty: true}]`,
		changes: []string{"add /spec/initContainers/0 PodSpec.initContainers", "add /spec/initContainers/0/tty Container.tty"},
	},
	{
		rule: "R18 it patches the pod's", pod: `containers: [{name: spark-kubernetes-executor}, {name: s}]`, by: []tmpl{keep(`containers: [{name: s, tty: true}]`)},
		want: `containers: [{name: spark-kubernetes-executor}, {name: s, tty: true}]`,
	},

	{
		rule: "R18 a probe's numbers without an action only change a probe that is there", pod: `{}`, by: []tmpl{keep(`{containers: [{name: s, image: i, livenessProbe: {periodSeconds: 5}, readinessProbe: {tcpSocket: {port: 1}, periodSeconds: 5}}], spark: {livenessProbe: {periodSeconds: 5}}}`)},
		want:    `initContainers: [{name: s, image: i, restartPolicy: Always, readinessProbe: {tcpSocket: {port: 1}, periodSeconds: 5}}]`,
		changes: []string{"none /spec/containers/0/livenessProbe skipped", "add /spec/initContainers/0 PodSpec.initContainers", "none /spec/initContainers/-/livenessProbe skipped"},
	},
	{
		rule: "R23 a container that a template brings is a native sidecar, behind the pod's init containers, in the templates' order", pod: `initContainers: [{name: i, image: i}]`,
		by:      []tmpl{keep(`containers: [{name: s, image: i}]`), keep(`{containers: [{name: r, image: i}], initContainers: [{name: j, image: j}]}`)},
		want:    `initContainers: [{name: i, image: i}, {name: s, image: i, restartPolicy: Always}, {name: r, image: i, restartPolicy: Always}, {name: j, image: j}]`,
		changes: []string{"add /spec/initContainers/1 PodSpec.initContainers", "add /spec/initContainers/2 PodSpec.initContainers", "add /spec/initContainers/3 PodSpec.initContainers"},
	},
	{
		rule: "R23 an init container that every container's restartPolicy makes a sidecar is one at once", pod: `initContainers: [{name: s, image: x}]`,
		by:   []tmpl{keep(`containers: [{name: s, tty: true}, {name: "*", restartPolicy: Always}]`)},
		want: `{initContainers: [{name: s, image: x, tty: true, restartPolicy: Always}], spark: {restartPolicy: Always}}`,
	},
	{rule: "R23 also for a driver", role: Driver, pod: `{}`, by: []tmpl{keep(`containers: [{name: s, image: i}]`)}, want: `initContainers: [{name: s, image: i, restartPolicy: Always}]`},
	{rule: "R23 the template's annotation turns it off", pod: `{}`, by: []tmpl{regular(keep(`containers: [{name: s, image: i}]`))}, want: `spark: {}
containers: [{name: s, image: i}]`},
	{
		rule: "R23 a regular container of the pod stays one", pod: `containers: [{name: spark-kubernetes-executor}, {name: s, image: i}]`, by: []tmpl{keep(`containers: [{name: s, tty: true}]`)},
		want: `containers: [{name: spark-kubernetes-executor}, {name: s, image: i, tty: true}]`,
	},
	{rule: "R23 round two finds the sidecar among the init containers", pod: `initContainers: [{name: s, image: i, restartPolicy: Always}]`, by: []tmpl{reject(`containers: [{name: s, image: i}]`)}, changes: []string{}},
	{
		rule: "R23 an init container of that name is a conflict: keep", pod: `initContainers: [{name: s, image: x}]`, by: []tmpl{keep(`containers: [{name: s, image: i}]`)},
		changes: []string{"none /spec/initContainers/0 containers kept"}, tells: []string{"spec.initContainers[s]: kept"},
	},
	{
		rule: "R23 reject", pod: `initContainers: [{name: s, image: x}]`, by: []tmpl{reject(`containers: [{name: s, image: i}]`)}, verdict: DeniedConflict,
		changes: []string{"none /spec/initContainers/0 containers rejected"},
	},
	{
		rule: "R23 replace makes it a sidecar in its place", pod: `initContainers: [{name: s, image: x}, {name: t, image: t}]`, by: []tmpl{replace(`containers: [{name: s, image: i}]`)},
		want: `initContainers: [{name: s, image: i, restartPolicy: Always}, {name: t, image: t}]`,
	},
	{rule: "R23 enforced makes it a sidecar, too", pod: `initContainers: [{name: s, image: x}]`, by: []tmpl{enforced(`containers: [{name: s, image: i}]`)}, want: `initContainers: [{name: s, image: i, restartPolicy: Always}]`},
	{
		rule: "R23 a template's init container that the pod has as a regular one: no container changes lists", pod: `containers: [{name: spark-kubernetes-executor}, {name: s, image: x}]`,
		by: []tmpl{replace(`initContainers: [{name: s, image: i}]`)}, changes: []string{"none /spec/containers/1 containers kept"},
	},
	{rule: "R23 for enforced that is a rejection", pod: `containers: [{name: spark-kubernetes-executor}, {name: s, image: x}]`, by: []tmpl{enforced(`initContainers: [{name: s, image: i}]`)}, verdict: DeniedConflict},
	{
		rule: "R23 a native sidecar of the pod is merged leaf by leaf", pod: `initContainers: [{name: s, image: x, restartPolicy: Always}]`, by: []tmpl{keep(`containers: [{name: s, image: i, tty: true}]`)},
		want: `initContainers: [{name: s, image: x, restartPolicy: Always, tty: true}]`,
	},
}

func TestContainersR18R23(t *testing.T) { run(t, containerRows) }

// R23: before Kubernetes 1.29 additional containers stay regular.
func TestNoNativeSidecarsR23(t *testing.T) {
	row := shaping{by: []tmpl{keep(`containers: [{name: s, image: i}]`)}}
	result := NewShaper(Options{NoNativeSidecars: true}).Shape(row.request(t, row.podJSON(t, `{}`)))
	if name, _ := lookUp(decodeJSON(t, result.Pod()), "/spec/containers/1/name"); name != "s" {
		t.Errorf("%s", result.Pod())
	}
}

// conflictRows: keep, replace and reject for every way of the table to merge.
func conflictRows() []shaping {
	var rows []shaping
	for _, kind := range []struct{ how, pod, template, shaped string }{
		{"an atomic value", `hostname: a`, `hostname: b`, `hostname: b`},
		{"a map's entry", `nodeSelector: {k: a}`, `nodeSelector: {k: b}`, `nodeSelector: {k: b}`},
		{"an annotation", `metadata: {annotations: {k: a}}`, `metadata: {annotations: {k: b}}`, `metadata: {annotations: {k: b}}`},
		{"a resource", `spark: {resources: {limits: {cpu: 1}}}`, `spark: {resources: {limits: {cpu: 2}}}`, `spark: {resources: {limits: {cpu: 2}}}`},
		{"a member of an object", `securityContext: {runAsUser: 1}`, `securityContext: {runAsUser: 2}`, `securityContext: {runAsUser: 2}`},
		{"a member of a keyed element", `spark: {image: a}`, `spark: {image: b}`, `spark: {image: b}`},
		{"a port's name", `spark: {ports: [{containerPort: 1, name: a}]}`, `spark: {ports: [{containerPort: 1, name: b}]}`, `spark: {ports: [{containerPort: 1, name: b}]}`},
		{"an item", `spark: {env: [{name: E, value: a}]}`, `spark: {env: [{name: E, value: b}]}`, `spark: {env: [{name: E, value: b}]}`},
		{"a volume", `volumes: [{name: v, emptyDir: {}}]`, `volumes: [{name: v, hostPath: {path: /}}]`, `volumes: [{name: v, hostPath: {path: /}}]`},
		{"a union", `spark: {startupProbe: {exec: {command: [a]}}}`, `spark: {startupProbe: {exec: {command: [b]}}}`, `spark: {startupProbe: {exec: {command: [b]}}}`},
	} {
		rows = append(rows,
			shaping{rule: kind.how + ": keep", pod: kind.pod, by: []tmpl{keep(kind.template)}, tells: []string{": kept the pod's value, template team-a/a"}},
			shaping{rule: kind.how + ": replace", pod: kind.pod, by: []tmpl{replace(kind.template)}, want: kind.shaped},
			shaping{rule: kind.how + ": enforced", pod: kind.pod, by: []tmpl{enforced(kind.template)}, want: kind.shaped},
			shaping{rule: kind.how + ": reject", pod: kind.pod, by: []tmpl{reject(kind.template)}, verdict: DeniedConflict, tells: []string{"contradicts template team-a/a/pod.yaml"}},
			shaping{rule: kind.how + ": equal is no conflict", pod: kind.shaped, by: []tmpl{reject(kind.template)}, changes: []string{}},
		)
	}
	for _, kind := range []struct{ how, pod, template, shaped string }{
		{"a set", `securityContext: {supplementalGroups: [1]}`, `securityContext: {supplementalGroups: [2, 1]}`, `securityContext: {supplementalGroups: [1, 2]}`},
		{"sources", `spark: {envFrom: [{secretRef: {name: a}}]}`, `spark: {envFrom: [{secretRef: {name: a}}]}`, `spark: {envFrom: [{secretRef: {name: a}}]}`},
	} {
		for _, by := range []tmpl{keep(kind.template), replace(kind.template), reject(kind.template), enforced(kind.template)} {
			rows = append(rows, shaping{rule: kind.how + " has no conflicts: " + string(by.mode+"/"+Mode(by.onConflict)), pod: kind.pod, by: []tmpl{by}, want: kind.shaped})
		}
	}
	return rows
}

func TestOnConflict(t *testing.T) { run(t, conflictRows()) }

// patchMergeRows: what a strategic merge patch does to pods and Swage must not.
var patchMergeRows = []shaping{
	{rule: "tolerations [a] <- [b]: the user's stay", pod: `tolerations: [{key: a}]`, by: []tmpl{keep(`tolerations: [{key: b}]`)}, want: `tolerations: [{key: a}, {key: b}]`},
	{rule: "nodeSelector {a} <- {b}: merged", pod: `nodeSelector: {a: x}`, by: []tmpl{keep(`nodeSelector: {b: z}`)}, want: `nodeSelector: {a: x, b: z}`},
	{rule: "required terms are not replaced", pod: terms("a=1"), by: []tmpl{keep(terms("b=1"))}, want: terms("a=1 b=1")},
	{rule: "a volume never has two sources", pod: `volumes: [{name: v, emptyDir: {}}]`, by: []tmpl{replace(`volumes: [{name: v, configMap: {name: c}}]`)}, want: `volumes: [{name: v, configMap: {name: c}}]`},
	{
		rule: "a mount never has another's subPath", pod: `{volumes: [{name: a, emptyDir: {}}, {name: b, emptyDir: {}}], spark: {volumeMounts: [{name: a, mountPath: /d, subPath: x}]}}`,
		by: []tmpl{replace(`spark: {volumeMounts: [{name: b, mountPath: /d}]}`)}, want: `{volumes: [{name: a, emptyDir: {}}, {name: b, emptyDir: {}}], spark: {volumeMounts: [{name: b, mountPath: /d}]}}`,
	},
	{
		rule: "new mounts come behind", pod: `{volumes: [{name: a, emptyDir: {}}], spark: {volumeMounts: [{name: a, mountPath: /d}]}}`, by: []tmpl{keep(`spark: {volumeMounts: [{name: a, mountPath: /e}]}`)},
		want: `{volumes: [{name: a, emptyDir: {}}], spark: {volumeMounts: [{name: a, mountPath: /d}, {name: a, mountPath: /e}]}}`,
	},
	{
		rule: "env never has value and valueFrom", pod: `spark: {env: [{name: E, value: x}]}`, by: []tmpl{replace(`spark: {env: [{name: E, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]}`)},
		want: `spark: {env: [{name: E, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]}`,
	},
	{
		rule: "new env comes behind, so that $(VAR) expands as before", pod: `spark: {env: [{name: A}, {name: B, value: $(A)}]}`, by: []tmpl{keep(`spark: {env: [{name: C, value: $(B)}]}`)},
		want: `spark: {env: [{name: A}, {name: B, value: $(A)}, {name: C, value: $(B)}]}`,
	},
	{
		rule: "53/TCP and 53/UDP stay two ports", pod: `spark: {ports: [{containerPort: 53, protocol: TCP, name: t}, {containerPort: 53, protocol: UDP, name: u}]}`,
		by: []tmpl{replace(`spark: {ports: [{containerPort: 53, protocol: UDP, name: dns}]}`)}, want: `spark: {ports: [{containerPort: 53, protocol: TCP, name: t}, {containerPort: 53, protocol: UDP, name: dns}]}`,
	},
	{
		rule: "lists without a key are not replaced: envFrom, supplementalGroups",
		pod:  `{securityContext: {supplementalGroups: [1]}, spark: {envFrom: [{secretRef: {name: a}}]}}`,
		by:   []tmpl{replace(`{securityContext: {supplementalGroups: [2]}, spark: {envFrom: [{secretRef: {name: b}}]}}`)},
		want: `{securityContext: {supplementalGroups: [1, 2]}, spark: {envFrom: [{secretRef: {name: a}}, {secretRef: {name: b}}]}}`,
	},
	{
		rule: "capabilities: both", pod: `spark: {securityContext: {capabilities: {drop: [ALL]}}}`, by: []tmpl{keep(`spark: {securityContext: {capabilities: {add: [NET_BIND_SERVICE]}}}`)},
		want: `spark: {securityContext: {capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}}}`,
	},
	{
		rule: "spread constraints of one topologyKey are not made one",
		pod:  `topologySpreadConstraints: [{topologyKey: z, whenUnsatisfiable: DoNotSchedule, maxSkew: 1}]`,
		by:   []tmpl{replace(`topologySpreadConstraints: [{topologyKey: z, whenUnsatisfiable: ScheduleAnyway, maxSkew: 1}]`)},
		want: `topologySpreadConstraints: [{topologyKey: z, whenUnsatisfiable: DoNotSchedule, maxSkew: 1}, {topologyKey: z, whenUnsatisfiable: ScheduleAnyway, maxSkew: 1}]`,
	},
	{rule: "containers: null and tolerations: [] wipe nothing", pod: `tolerations: [{key: a}]`, by: []tmpl{replace(`{containers: null, tolerations: []}`)}, changes: []string{}},
	{rule: "containers: [] wipes nothing", pod: `{}`, by: []tmpl{replace(`containers: []`)}, changes: []string{}},
	{
		rule: "of repeated env names the last is changed, too", pod: `spark: {env: [{name: E, value: a}, {name: E, value: b}]}`, by: []tmpl{replace(`spark: {env: [{name: E, value: c}]}`)},
		want: `spark: {env: [{name: E, value: c}, {name: E, value: c}]}`,
	},
	{
		rule: "unknown fields of the pod are kept", pod: `{newField: [1, {x: null}], spark: {newField: {a: 1e3}}, volumes: [{name: v, newSource: {}}]}`, by: []tmpl{keep(`{hostname: h, spark: {tty: true}}`)},
		want: `{newField: [1, {x: null}], spark: {newField: {a: 1e3}, tty: true}, volumes: [{name: v, newSource: {}}], hostname: h}`,
	},
}

// Row by row: what was measured of strategic merge patches, and breaks pods.
func TestNotAStrategicMergePatch(t *testing.T) { run(t, patchMergeRows) }

// What is a mistake in a template and would only fail at the API server, or not even there, does not load.
func TestMistakesOfPatchesDoNotLoad(t *testing.T) {
	for rule, text := range map[string]string{
		"a container without name":        `containers: [{image: i}]`,
		"containers that are no list":     `containers: {name: c}`,
		"directives of strategic patches": `{$patch: replace, hostname: h}`,
		"element order directives":        `{$setElementOrder/containers: [{name: a}]}`,
		"unknown fields":                  `{newField: 1}`,
	} {
		t.Run(rule, func(t *testing.T) {
			if _, err := Load(keep(text).configMap(t, "a"), LoadOptions{}); err == nil {
				t.Error("it loads")
			}
		})
	}
}
