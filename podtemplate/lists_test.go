package podtemplate

import "testing"

// elementRows: elements that are one thing are whole or not at all.
var elementRows = []shaping{
	{
		rule: "R15 a volume mount is one thing: a template's readOnly never leaks onto the user's mount",
		pod: `spark: {volumeMounts: [{name: v, mountPath: /d}]}
volumes: [{name: v, emptyDir: {}}]`,
		by:      []tmpl{keep(`spark: {volumeMounts: [{name: v, mountPath: /d, readOnly: true, subPath: x}]}`)},
		changes: []string{"none /spec/containers/0/volumeMounts/0 Container.volumeMounts kept"},
	},
	{
		rule: "R15 mount paths are compared after cleaning",
		pod: `spark: {volumeMounts: [{name: v, mountPath: /d/}]}
volumes: [{name: v, emptyDir: {}}]`,
		by:      []tmpl{keep(`spark: {volumeMounts: [{name: v, mountPath: //d/./e/.., readOnly: true}]}`)},
		changes: []string{"none /spec/containers/0/volumeMounts/0 Container.volumeMounts kept"},
	},
	{
		rule: "R15 a volume may be mounted at several paths",
		pod: `spark: {volumeMounts: [{name: v, mountPath: /d}]}
volumes: [{name: v, emptyDir: {}}]`,
		by: []tmpl{keep(`spark: {volumeMounts: [{name: v, mountPath: /e}]}`)},
		want: `spark: {volumeMounts: [{name: v, mountPath: /d}, {name: v, mountPath: /e}]}
volumes: [{name: v, emptyDir: {}}]`,
	},
	{
		rule: "R15 volume devices are one thing by device path",
		pod: `spark: {volumeDevices: [{name: v, devicePath: /dev/x}]}
volumes: [{name: v, persistentVolumeClaim: {claimName: c}}, {name: w, persistentVolumeClaim: {claimName: d}}]`,
		by:      []tmpl{keep(`spark: {volumeDevices: [{name: w, devicePath: /dev/x}]}`)},
		changes: []string{"none /spec/containers/0/volumeDevices/0 Container.volumeDevices kept"},
	},
	{
		rule:    "R15 spread constraints differ by topologyKey and whenUnsatisfiable",
		pod:     `topologySpreadConstraints: [{topologyKey: zone, whenUnsatisfiable: DoNotSchedule, maxSkew: 1}]`,
		by:      []tmpl{keep(`topologySpreadConstraints: [{topologyKey: zone, whenUnsatisfiable: ScheduleAnyway, maxSkew: 2}, {topologyKey: zone, whenUnsatisfiable: DoNotSchedule, maxSkew: 3}]`)},
		want:    `topologySpreadConstraints: [{topologyKey: zone, whenUnsatisfiable: DoNotSchedule, maxSkew: 1}, {topologyKey: zone, whenUnsatisfiable: ScheduleAnyway, maxSkew: 2}]`,
		changes: []string{"add /spec/topologySpreadConstraints/1 PodSpec.topologySpreadConstraints", "none /spec/topologySpreadConstraints/0 PodSpec.topologySpreadConstraints kept"},
	},
	{
		rule: "R15 resource claims are whole items, and a container's by name and request",
		pod:  `{resourceClaims: [{name: gpu, resourceClaimName: a}], spark: {resources: {claims: [{name: gpu, request: x}]}}}`,
		by:   []tmpl{replace(`{resourceClaims: [{name: gpu, resourceClaimTemplateName: t}], spark: {resources: {claims: [{name: gpu, request: z}]}}}`)},
		want: `{resourceClaims: [{name: gpu, resourceClaimTemplateName: t}], spark: {resources: {claims: [{name: gpu, request: x}, {name: gpu, request: z}]}}}`,
	},
	{
		rule: "R15 readiness gates are a set by conditionType, pull secrets and gates by name",
		pod:  `{readinessGates: [{conditionType: a}], imagePullSecrets: [{name: a}], schedulingGates: [{name: a}]}`,
		by:   []tmpl{keep(`{readinessGates: [{conditionType: a}, {conditionType: b}], imagePullSecrets: [{name: b}, {name: a}], schedulingGates: [{name: b}]}`)},
		want: `{readinessGates: [{conditionType: a}, {conditionType: b}], imagePullSecrets: [{name: a}, {name: b}], schedulingGates: [{name: a}, {name: b}]}`,
	},
	{
		rule: "R15 resize policies go by resource", pod: `spark: {resizePolicy: [{resourceName: cpu, restartPolicy: NotRequired}]}`,
		by:   []tmpl{keep(`spark: {resizePolicy: [{resourceName: cpu, restartPolicy: RestartContainer}, {resourceName: memory, restartPolicy: RestartContainer}]}`)},
		want: `spark: {resizePolicy: [{resourceName: cpu, restartPolicy: NotRequired}, {resourceName: memory, restartPolicy: RestartContainer}]}`,
	},
	{
		rule: "R15 projected sources belong to the volume's source", pod: `volumes: [{name: p, projected: {sources: [{secret: {name: a}}]}}]`,
		by: []tmpl{keep(`volumes: [{name: p, projected: {sources: [{secret: {name: b}}]}}]`)}, changes: []string{"none /spec/volumes/0 PodSpec.volumes kept"},
	},
	{
		rule: "R15 os, hostnameOverride and setHostnameAsFQDN", pod: `{setHostnameAsFQDN: true, os: {name: linux}}`, by: []tmpl{replace(`{hostnameOverride: h, os: {name: linux}}`)},
		want: `{hostnameOverride: h, os: {name: linux}}`, changes: []string{
			"add /spec/hostnameOverride PodSpec.hostnameOverride replaced", "remove /spec/setHostnameAsFQDN PodSpec.hostnameOverride replaced",
		},
	},
	{
		rule: "R15 host aliases are whole items by ip", pod: `hostAliases: [{ip: 1.1.1.1, hostnames: [a]}]`, by: []tmpl{keep(`hostAliases: [{ip: 1.1.1.1, hostnames: [b]}, {ip: 2.2.2.2, hostnames: [b]}]`)},
		want: `hostAliases: [{ip: 1.1.1.1, hostnames: [a]}, {ip: 2.2.2.2, hostnames: [b]}]`,
	},
	{
		rule: "R15 a label selector, a node selector term, a key reference are atomic",
		pod:  `spark: {env: [{name: E, valueFrom: {secretKeyRef: {name: s, key: k}}}]}`, by: []tmpl{keep(`spark: {env: [{name: E, valueFrom: {secretKeyRef: {name: s, key: k, optional: true}}}]}`)},
		changes: []string{"none /spec/containers/0/env/0 Container.env kept"},
	},
	{
		rule: "R15 leaf by leaf: probes' numbers, security contexts, resources, ports, DNS",
		pod:  `{dnsConfig: {nameservers: [1.1.1.1], options: [{name: ndots, value: "1"}]}, securityContext: {runAsUser: 1, supplementalGroups: [5]}, spark: {ports: [{containerPort: 80}], securityContext: {runAsUser: 1, capabilities: {drop: [ALL]}}, readinessProbe: {exec: {command: [a]}, periodSeconds: 3}}}`,
		by:   []tmpl{keep(`{dnsConfig: {nameservers: [2.2.2.2], searches: [a.b], options: [{name: ndots, value: "2"}, {name: x}]}, securityContext: {runAsUser: 2, fsGroup: 3, supplementalGroups: [6, 5]}, spark: {ports: [{containerPort: 80, name: web}], securityContext: {runAsUser: 2, runAsGroup: 3, capabilities: {add: [X], drop: [ALL, Z]}}, readinessProbe: {periodSeconds: 9, failureThreshold: 9}}}`)},
		want: `{dnsConfig: {nameservers: [1.1.1.1, 2.2.2.2], searches: [a.b], options: [{name: ndots, value: "1"}, {name: x}]}, securityContext: {runAsUser: 1, fsGroup: 3, supplementalGroups: [5, 6]}, spark: {ports: [{containerPort: 80, name: web}], securityContext: {runAsUser: 1, runAsGroup: 3, capabilities: {add: [X], drop: [ALL, Z]}}, readinessProbe: {exec: {command: [a]}, periodSeconds: 3, failureThreshold: 9}}}`,
	},
	{
		rule: "R15 numbers of a probe that the container does not have say nothing", pod: `{}`, by: []tmpl{keep(`spark: {livenessProbe: {periodSeconds: 9}}`)},
		changes: []string{"none /spec/containers/0/livenessProbe skipped"},
	},
	{
		rule: "R15 a probe's action is one member", pod: `spark: {livenessProbe: {exec: {command: [a]}}}`, by: []tmpl{replace(`spark: {livenessProbe: {tcpSocket: {port: 1}}}`)},
		want: `spark: {livenessProbe: {tcpSocket: {port: 1}}}`, changes: []string{
			"remove /spec/containers/0/livenessProbe/exec Probe.tcpSocket replaced", "add /spec/containers/0/livenessProbe/tcpSocket Probe.tcpSocket replaced",
		},
	},
	{
		rule: "R15 restartPolicyRules go with their restartPolicy", pod: `initContainers: [{name: i, image: i, restartPolicy: Never, restartPolicyRules: [{action: Restart}]}]`,
		by:      []tmpl{keep(`initContainers: [{name: i, restartPolicy: Always}]`)},
		changes: []string{"none /spec/initContainers/0/restartPolicy Container.restartPolicy kept"},
	},

	{
		rule: "R16 a port's name is a second key: the name of another port is a conflict", pod: `spark: {ports: [{containerPort: 80, name: web}]}`,
		by: []tmpl{keep(`spark: {ports: [{containerPort: 81, name: web}]}`)}, changes: []string{"none /spec/containers/0/ports/0 Container.ports kept"},
	},
	{
		rule: "R16 with replace it takes the other port's place", pod: `spark: {ports: [{containerPort: 80, name: web}, {containerPort: 82}]}`,
		by: []tmpl{replace(`spark: {ports: [{containerPort: 81, name: web}]}`)}, want: `spark: {ports: [{containerPort: 81, name: web}, {containerPort: 82}]}`,
	},
	{rule: "R16 with reject it denies", pod: `spark: {ports: [{containerPort: 80, name: web}]}`, by: []tmpl{reject(`spark: {ports: [{containerPort: 81, name: web}]}`)}, verdict: DeniedConflict},
	{
		rule: "R16 53/TCP and 53/UDP are two ports", pod: `spark: {ports: [{containerPort: 53, name: dns}]}`, by: []tmpl{keep(`spark: {ports: [{containerPort: 53, protocol: UDP, name: dns-udp}]}`)},
		want: `spark: {ports: [{containerPort: 53, name: dns}, {containerPort: 53, protocol: UDP, name: dns-udp}]}`,
	},
	{
		rule: "R16 a mount of another volume at the same path is a conflict",
		pod: `spark: {volumeMounts: [{name: v, mountPath: /d}]}
volumes: [{name: v, emptyDir: {}}]`,
		by: []tmpl{replace(`{volumes: [{name: w, emptyDir: {}}], spark: {volumeMounts: [{name: w, mountPath: /d}]}}`)},
		want: `spark: {volumeMounts: [{name: w, mountPath: /d}]}
volumes: [{name: v, emptyDir: {}}, {name: w, emptyDir: {}}]`,
	},

	{
		rule: "R16 a port that templates state, too, only loses its name to a template's port",
		pod:  `spark: {ports: [{containerPort: 80, name: a, hostPort: 9}]}`,
		by:   []tmpl{replace(`spark: {ports: [{containerPort: 80}, {containerPort: 81, name: a}]}`)},
		want: `spark: {ports: [{containerPort: 80, hostPort: 9}, {containerPort: 81, name: a}]}`,
	},
	{
		rule:    "R17 a mount whose volume lost is not added",
		pod:     `volumes: [{name: v, emptyDir: {}}]`,
		by:      []tmpl{keep(`{volumes: [{name: v, hostPath: {path: /x}}], spark: {volumeMounts: [{name: v, mountPath: /d}]}}`)},
		changes: []string{"none /spec/volumes/0 PodSpec.volumes kept", "none /spec/containers/0/volumeMounts/- mount kept"},
	},
	{
		rule: "R17 a mount of another template's volume, or of the pod's, is added",
		pod:  `volumes: [{name: v, emptyDir: {}}]`, by: []tmpl{keep(`spark: {volumeMounts: [{name: v, mountPath: /d}]}`)},
		want: `{volumes: [{name: v, emptyDir: {}}], spark: {volumeMounts: [{name: v, mountPath: /d}]}}`,
	},
	{
		rule: "R17 a sidecar comes without the mounts of a volume that lost",
		pod:  `volumes: [{name: v, emptyDir: {}}]`,
		by:   []tmpl{keep(`{volumes: [{name: v, hostPath: {path: /x}}], containers: [{name: s, image: i, volumeMounts: [{name: v, mountPath: /d}]}]}`)},
		want: `{volumes: [{name: v, emptyDir: {}}], initContainers: [{name: s, image: i, restartPolicy: Always}]}`,
	},
	{
		rule: "R17 a volume that lost takes no mount of the pod's either",
		pod:  `{volumes: [{name: hadoop-secret, secret: {secretName: s}}, {name: u, emptyDir: {}}], spark: {volumeMounts: [{name: u, mountPath: /d}]}}`,
		by:   []tmpl{replace(`{volumes: [{name: hadoop-secret, emptyDir: {}}], spark: {volumeMounts: [{name: hadoop-secret, mountPath: /d}, {name: hadoop-secret, mountPath: /e}]}}`)},
		changes: []string{
			"none /spec/volumes/0 protected", "none /spec/containers/0/volumeMounts/0 mount kept", "none /spec/containers/0/volumeMounts/- mount kept",
		},
	},
	{
		rule:    "R17 a source is not replaced under a mount that the template does not bring",
		pod:     `{volumes: [{name: v, emptyDir: {}}], spark: {volumeMounts: [{name: v, mountPath: /d}]}}`,
		by:      []tmpl{replace(`volumes: [{name: v, hostPath: {path: /x}}]`)},
		changes: []string{"none /spec/volumes/0 PodSpec.volumes kept"}, tells: []string{"spec.volumes[v]: kept"},
	},
	{
		rule: "R17 it is where the template brings the mount",
		pod:  `{volumes: [{name: v, emptyDir: {}}], spark: {volumeMounts: [{name: v, mountPath: /d}]}}`,
		by:   []tmpl{replace(`{volumes: [{name: v, hostPath: {path: /x}}], spark: {volumeMounts: [{name: v, mountPath: /d}]}}`)},
		want: `{volumes: [{name: v, hostPath: {path: /x}}], spark: {volumeMounts: [{name: v, mountPath: /d}]}}`,
	},
	{
		rule: "R17 a mount gives way to one of another volume only where that volume is sure to be there",
		pod:  `{volumes: [{name: v, emptyDir: {}}, {name: w, emptyDir: {}}], spark: {volumeMounts: [{name: v, mountPath: /d}, {name: w, mountPath: /e}]}}`,
		by:   []tmpl{replace(`{volumes: [{name: v, emptyDir: {medium: Memory}}, {name: w, emptyDir: {medium: Memory}}], spark: {volumeMounts: [{name: w, mountPath: /d}]}}`)},
	},
	{
		rule: "R17 it is where that volume is new",
		pod:  `{volumes: [{name: v, emptyDir: {}}], spark: {volumeMounts: [{name: v, mountPath: /d}]}}`,
		by:   []tmpl{replace(`{volumes: [{name: v, emptyDir: {medium: Memory}}, {name: w, emptyDir: {}}], spark: {volumeMounts: [{name: w, mountPath: /d}, {name: v, mountPath: /f}]}}`)},
		want: `{volumes: [{name: v, emptyDir: {medium: Memory}}, {name: w, emptyDir: {}}], spark: {volumeMounts: [{name: w, mountPath: /d}, {name: v, mountPath: /f}]}}`,
	},
	{
		rule: "R17 two volumes that exchange their mounts both stay: neither is sure to win first",
		pod:  `{volumes: [{name: v, emptyDir: {}}, {name: w, emptyDir: {}}], spark: {volumeMounts: [{name: v, mountPath: /d}, {name: w, mountPath: /e}]}}`,
		by:   []tmpl{replace(`{volumes: [{name: v, emptyDir: {medium: Memory}}, {name: w, emptyDir: {medium: Memory}}], spark: {volumeMounts: [{name: w, mountPath: /d}, {name: v, mountPath: /e}]}}`)},
	},
	{
		rule: "R17 also not under a device", pod: `{volumes: [{name: v, persistentVolumeClaim: {claimName: a}}], spark: {volumeDevices: [{name: v, devicePath: /dev/d}]}}`,
		by: []tmpl{replace(`volumes: [{name: v, persistentVolumeClaim: {claimName: b}}]`)}, changes: []string{"none /spec/volumes/0 PodSpec.volumes kept"},
	},
	{
		rule: "R17 for enforced it is a rejection", pod: `{volumes: [{name: v, emptyDir: {}}], spark: {volumeMounts: [{name: v, mountPath: /d}]}}`,
		by: []tmpl{enforced(`volumes: [{name: v, hostPath: {path: /x}}]`)}, verdict: DeniedConflict,
		changes: []string{"none /spec/volumes/0 PodSpec.volumes rejected"}, tells: []string{"spec.volumes[v] contradicts template team-a/a"},
	},

	{
		rule: "R19 where a pod repeats a key the last is its value: equal to it, nothing", pod: `spark: {env: [{name: E, value: a}, {name: E, value: b}]}`,
		by: []tmpl{reject(`spark: {env: [{name: E, value: b}]}`)}, changes: []string{},
	},
	{
		rule: "R19 keep leaves all", pod: `spark: {env: [{name: E, value: a}, {name: E, value: b}]}`, by: []tmpl{keep(`spark: {env: [{name: E, value: a}]}`)},
		changes: []string{"none /spec/containers/0/env/1 Container.env kept"},
	},
	{
		rule: "R19 replace rewrites all", pod: `spark: {env: [{name: E, value: a}, {name: F}, {name: E, value: b}]}`, by: []tmpl{replace(`spark: {env: [{name: E, value: c}]}`)},
		want:    `spark: {env: [{name: E, value: c}, {name: F}, {name: E, value: c}]}`,
		changes: []string{"replace /spec/containers/0/env/0 Container.env replaced", "replace /spec/containers/0/env/2 Container.env replaced"},
	},

	{
		rule: "R20 a keep template's sources go before the pod's, replace and enforced behind: the last wins",
		pod:  `spark: {envFrom: [{secretRef: {name: pod}}]}`,
		by:   []tmpl{keep(`spark: {envFrom: [{configMapRef: {name: k}}, {configMapRef: {name: l}}]}`), replace(`spark: {envFrom: [{configMapRef: {name: r}}]}`), enforced(`spark: {envFrom: [{configMapRef: {name: e}}]}`)},
		want: `spark: {envFrom: [{configMapRef: {name: k}}, {configMapRef: {name: l}}, {secretRef: {name: pod}}, {configMapRef: {name: r}}, {configMapRef: {name: e}}]}`,
	},
	{
		rule: "R20 a source is known by its prefix and what it refers to", pod: `spark: {envFrom: [{configMapRef: {name: a}}, {prefix: P_, configMapRef: {name: a}}]}`,
		by:   []tmpl{keep(`spark: {envFrom: [{configMapRef: {name: a}}, {prefix: P_, configMapRef: {name: a}}, {prefix: Q_, configMapRef: {name: a}}]}`)},
		want: `spark: {envFrom: [{prefix: Q_, configMapRef: {name: a}}, {configMapRef: {name: a}}, {prefix: P_, configMapRef: {name: a}}]}`,
	},

	{
		rule: "R21 a toleration is known by key, operator, value and effect; \"\" is Equal", pod: `tolerations: [{key: a, value: b, effect: NoSchedule}]`,
		by: []tmpl{reject(`tolerations: [{key: a, operator: Equal, value: b, effect: NoSchedule}]`)}, changes: []string{},
	},
	{
		rule: "R21 tolerationSeconds is its value", pod: `tolerations: [{key: a, operator: Exists, effect: NoExecute, tolerationSeconds: 5}]`,
		by: []tmpl{replace(`tolerations: [{key: a, operator: Exists, effect: NoExecute, tolerationSeconds: 9}]`)}, want: `tolerations: [{key: a, operator: Exists, effect: NoExecute, tolerationSeconds: 9}]`,
	},
	{rule: "R21 the user's tolerations are not lost", pod: `tolerations: [{key: a}]`, by: []tmpl{keep(`tolerations: [{key: b}]`)}, want: `tolerations: [{key: a}, {key: b}]`},
	{
		rule: "R21 the plugin's entry yields to other seconds for its taint",
		pod:  `tolerations: [{key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 300}, {key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 300}]`,
		by:   []tmpl{keep(`tolerations: [{key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 9}]`)},
		want: `tolerations: [{key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 9}, {key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 300}]`,
	},
	{
		rule: "R21 the plugin's entries go when a toleration covers their taints",
		pod:  `tolerations: [{key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 300}, {key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 300}]`,
		by:   []tmpl{keep(`tolerations: [{operator: Exists}]`)},
		want: `tolerations: [{operator: Exists}]`,
		changes: []string{
			"add /spec/tolerations/0 PodSpec.tolerations", "remove /spec/tolerations/0 follows", "remove /spec/tolerations/1 follows",
		},
	},
	{
		rule: "R21 only the covered one goes",
		pod:  `tolerations: [{key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 300}, {key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 300}]`,
		by:   []tmpl{keep(`tolerations: [{key: node.kubernetes.io/unreachable, operator: Exists}]`)},
		want: `tolerations: [{key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 300}, {key: node.kubernetes.io/unreachable, operator: Exists}]`,
	},
	{
		rule: "R21 a toleration of NoSchedule covers nothing of the plugin's",
		pod:  `tolerations: [{key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 300}]`,
		by:   []tmpl{keep(`tolerations: [{operator: Exists, effect: NoSchedule}]`)},
		want: `tolerations: [{key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 300}, {operator: Exists, effect: NoSchedule}]`,
	},
	{
		rule: "R21 also behind the author's own: managedFields list tolerations as a whole, and tell nothing of one",
		pod:  `{metadata: {` + managed(`"f:tolerations": {}`) + `}, spec: {tolerations: [{key: a}, {key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 300}]}}`,
		by:   []tmpl{keep(`tolerations: [{operator: Exists}]`)},
		want: `{metadata: {` + managed(`"f:tolerations": {}`) + `}, spec: {tolerations: [{key: a}, {operator: Exists}]}}`,
	},
	{
		rule:    "R21 under a runtime class one that another covers is left out: the API server would take it out again",
		pod:     `{runtimeClassName: kata, tolerations: [{operator: Exists}, {key: b, operator: Exists, effect: NoExecute, tolerationSeconds: 9}]}`,
		by:      []tmpl{enforced(`tolerations: [{key: a, operator: Exists}, {key: a, operator: Equal, value: b, effect: NoSchedule}]`)},
		changes: []string{"none /spec/tolerations/- skipped", "none /spec/tolerations/- skipped"},
	},
	{
		rule: "R21 what is not covered is added", pod: `{runtimeClassName: kata, tolerations: [{key: a, operator: Exists, effect: NoExecute, tolerationSeconds: 9}, {key: c, operator: Equal, value: d}]}`,
		by: []tmpl{keep(`tolerations: [{key: a, operator: Equal, value: b, effect: NoExecute, tolerationSeconds: 10}, {key: c, operator: Equal, value: e}]`)},
		want: `{runtimeClassName: kata, tolerations: [{key: a, operator: Exists, effect: NoExecute, tolerationSeconds: 9}, {key: c, operator: Equal, value: d},
			{key: a, operator: Equal, value: b, effect: NoExecute, tolerationSeconds: 10}, {key: c, operator: Equal, value: e}]}`,
	},
	{
		rule: "R21 who means the plugin's seconds says so",
		pod:  `{metadata: {annotations: {swage.dev/keep: spec.tolerations}}, spec: {tolerations: [{key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 300}]}}`,
		by:   []tmpl{keep(`tolerations: [{operator: Exists}]`)},
		want: `{metadata: {annotations: {swage.dev/keep: spec.tolerations}}, spec: {tolerations: [{key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 300}, {operator: Exists}]}}`,
	},
}

func TestListsAndUnionsR15R16R17R19R20R21(t *testing.T) { run(t, elementRows) }
