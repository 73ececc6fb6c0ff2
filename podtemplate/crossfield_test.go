package podtemplate

import (
	"testing"

	"swage.dev/swage/podtemplate/tree"
)

// crossFieldCases: for each rule across fields a pod and a template that break it together and not alone.
var crossFieldCases = []struct{ rule, pod, template, about string }{
	{"a request above its limit", `spark: {resources: {limits: {cpu: 1}}}`, `spark: {resources: {requests: {cpu: 2}}}`, "the request of cpu is above its limit"},
	{"a limit below its request", `spark: {resources: {requests: {memory: 2Gi}}}`, `spark: {resources: {limits: {memory: 1Gi}}}`, "the request of memory is above its limit"},
	{"a device's request that is not its limit", `spark: {resources: {limits: {nvidia.com/gpu: 2}}}`, `spark: {resources: {requests: {nvidia.com/gpu: 1}}}`, "must equal its limit"},
	{"a pod-level limit below the containers' requests", `spark: {resources: {requests: {cpu: 2}}}`, `resources: {limits: {cpu: 1}}`, "the containers together request more cpu than the pod's limit"},
	{"a pod-level request below the containers' limits, which are their requests", `spark: {resources: {limits: {cpu: 2}}}`, `resources: {requests: {cpu: 1}}`, "the containers together request more cpu than the pod's request"},
	{"a container's limit above the pod's", `spark: {resources: {limits: {cpu: 2}, requests: {cpu: 1}}}`, `resources: {limits: {cpu: 1}}`, "the limit of cpu of container spark-kubernetes-executor is above the pod's"},
	{"a mount without volume", `{}`, `spark: {volumeMounts: [{name: v, mountPath: /d}]}`, `there is no volume "v"`},
	{"a device without volume", `{}`, `spark: {volumeDevices: [{name: v, devicePath: /d}]}`, `there is no volume "v"`},
	{"a device of a volume that holds files", `{volumes: [{name: v, emptyDir: {}}]}`, `spark: {volumeDevices: [{name: v, devicePath: /d}]}`, `volume "v" is no claim`},
	{"a resize that restarts a container of a pod that restarts none", `restartPolicy: Never`, `spark: {resizePolicy: [{resourceName: cpu, restartPolicy: RestartContainer}]}`, "cpu cannot restart the container"},
	{"a claim in part that is claimed as a whole", `{resourceClaims: [{name: c, resourceClaimName: x}], spark: {resources: {claims: [{name: c}]}}}`, `spark: {resources: {claims: [{name: c, request: r}]}}`, `"c" is claimed as a whole and in part`},
	{"a hook that sleeps longer than the grace period", `terminationGracePeriodSeconds: 10`, `spark: {lifecycle: {preStop: {sleep: {seconds: 20}}}}`, "sleeps longer"},
	{"an env value out of a volume that is no emptyDir", `{volumes: [{name: v, secret: {secretName: s}}]}`, `spark: {env: [{name: E, valueFrom: {fileKeyRef: {volumeName: v, path: f, key: k}}}]}`, "reads a file of a volume that is no emptyDir"},
	{"an init container's own host port that it has twice", `initContainers: [{name: i, image: i, ports: [{containerPort: 1, hostPort: 9}]}]`, `initContainers: [{name: i, ports: [{containerPort: 2, hostPort: 9}]}]`, "host port 9"},
	{"a kernel parameter of the node's network", `hostNetwork: true`, `securityContext: {sysctls: [{name: net.core.somaxconn, value: "1"}]}`, "net.core.somaxconn contradicts hostNetwork"},
	{"a kernel parameter of the node's IPC namespace", `securityContext: {sysctls: [{name: kernel/shmmax, value: "1"}]}`, `hostIPC: true`, "kernel.shmmax contradicts hostIPC"},
	{"more name servers than resolv.conf takes", `dnsConfig: {nameservers: [1.1.1.1, 1.1.1.2]}`, `dnsConfig: {nameservers: [1.1.1.3, 1.1.1.4]}`, "spec.dnsConfig.nameservers: more than 3"},
	{"a block device in a user namespace", `{hostUsers: false, volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]}`, `spark: {volumeDevices: [{name: v, devicePath: /d}]}`, "a block device contradicts hostUsers"},
	{"privileged without escalation", `spark: {securityContext: {privileged: true}}`, `spark: {securityContext: {allowPrivilegeEscalation: false}}`, "privileged contradicts"},
	{"CAP_SYS_ADMIN without escalation", `spark: {securityContext: {allowPrivilegeEscalation: false}}`, `spark: {securityContext: {capabilities: {add: [CAP_SYS_ADMIN]}}}`, "CAP_SYS_ADMIN contradicts"},
	{"host network in a user namespace", `hostNetwork: true`, `hostUsers: false`, "hostNetwork contradicts hostUsers"},
	{"host processes in a user namespace", `hostUsers: false`, `hostPID: true`, "hostPID contradicts hostUsers"},
	{"host IPC in a user namespace", `hostIPC: true`, `hostUsers: false`, "hostIPC contradicts hostUsers"},
	{"an unmasked /proc outside a user namespace", `hostUsers: true`, `spark: {securityContext: {procMount: Unmasked}}`, "procMount Unmasked needs hostUsers false"},
	{"host ports that differ under host network", `spark: {ports: [{containerPort: 80, hostPort: 81}]}`, `hostNetwork: true`, "hostPort must equal containerPort"},
	{"a host port that is taken", `containers: [{name: spark-kubernetes-executor, ports: [{containerPort: 1, hostPort: 9}]}, {name: s}]`, `containers: [{name: s, ports: [{containerPort: 2, hostPort: 9}]}]`, "host port 9"},
	{"a path that is mounted and a device", `{volumes: [{name: v, emptyDir: {}}, {name: w, persistentVolumeClaim: {claimName: c}}], spark: {volumeMounts: [{name: v, mountPath: /d}]}}`, `spark: {volumeDevices: [{name: w, devicePath: /d/}]}`, "both mounted and a device"},
	{"a resource claim that is not there", `{}`, `spark: {resources: {claims: [{name: c}]}}`, `there is no resource claim "c"`},
	{"host processes shared", `hostPID: true`, `shareProcessNamespace: true`, "hostPID contradicts shareProcessNamespace"},
	{"DNS without servers", `dnsPolicy: ClusterFirst`, `dnsPolicy: None`, "dnsPolicy None needs nameservers"},
	{"a host name of its own on the host's network", `hostNetwork: true`, `hostnameOverride: h`, "hostnameOverride contradicts hostNetwork"},
	{"a probe on an ordinary init container", `initContainers: [{name: i, image: i}]`, `initContainers: [{name: i, readinessProbe: {exec: {command: [a]}}}]`, "an init container that is no sidecar has no readinessProbe"},
	{"a hook on an ordinary init container", `initContainers: [{name: i, image: i}]`, `containers: [{name: "*", lifecycle: {preStop: {exec: {command: [a]}}}}]`, "an init container that is no sidecar has no lifecycle"},
}

// R26: neither side breaks the rule alone. Under keep the template's leaf is
// left out, with a warning; under replace and enforced the pod is denied.
func TestCrossFieldRulesR26(t *testing.T) {
	for _, c := range crossFieldCases {
		pod := c.pod
		want := pod
		if c.rule == "a hook on an ordinary init container" { // the other container has it
			want = `{initContainers: [{name: i, image: i}], spark: {lifecycle: {preStop: {exec: {command: [a]}}}}}`
		}
		run(t, []shaping{
			{rule: "R26 keep: " + c.rule, pod: pod, by: []tmpl{keep(c.template)}, want: want, tells: []string{"left out of template team-a/a: spec"}},
			{rule: "R26 replace: " + c.rule, pod: pod, by: []tmpl{replace(c.template)}, verdict: DeniedInvalid, tells: []string{c.about}},
			{rule: "R26 enforced: " + c.rule, pod: pod, by: []tmpl{enforced(c.template)}, verdict: DeniedInvalid, tells: []string{c.about}},
			{rule: "R26 a pod that breaks it alone is not ours to judge: " + c.rule, pod: merged(t, c.pod, c.template), by: []tmpl{keep(`subdomain: x`)}, want: merged(t, merged(t, c.pod, c.template), `subdomain: x`)},
		})
	}
}

// merged is the pod that breaks a rule by itself: both texts in one, by the engine without its check.
func merged(t *testing.T, pod, template string) string {
	t.Helper()
	row := shaping{by: []tmpl{replace(template)}}
	req := row.request(t, row.podJSON(t, pod))
	s := NewShaper(Options{})
	chooser := newSelector(req, Executor, s.opts.Limits)
	templates, _ := chooser.choose()
	root := req.Pod.document()
	p, refusal := s.plan(req, chooser, templates, root)
	if refusal != nil {
		t.Fatal(refusal.reason)
	}
	m := s.newMerge(req, Executor, p, root)
	m.run()
	return m.root.JSON()
}

// TestEveryCrossFieldRuleHasACase fails when a rule gains no pair that breaks it.
func TestEveryCrossFieldRuleHasACase(t *testing.T) {
	for i, rule := range crossField {
		found := false
		for _, c := range crossFieldCases {
			root, err := tree.Parse([]byte(merged(t, c.pod, c.template)))
			if err != nil {
				t.Fatal(err)
			}
			found = found || len(rule(root.Get("spec"))) > 0
		}
		if !found {
			t.Errorf("no case breaks rule %d", i)
		}
	}
}

var limitRows = []shaping{
	{
		rule: "R26 a sidecar that breaks a rule by itself is left out whole", pod: `{}`,
		by: []tmpl{keep(`{containers: [{name: s, image: i, resources: {limits: {cpu: 1}, requests: {cpu: 2}}}]}`)}, tells: []string{"above its limit"},
	},
	{rule: "R26 two templates that break a rule together: both give way", pod: `{}`, by: []tmpl{keep(`hostUsers: false`), keep(`hostPID: true`)}, tells: []string{"hostPID contradicts hostUsers"}},
	{
		rule: "R26 one statement that breaks a rule in two containers is left out once", pod: `containers: [{name: spark-kubernetes-executor, resources: {limits: {cpu: 2}, requests: {cpu: 100m}}}, {name: s, resources: {limits: {cpu: 2}, requests: {cpu: 100m}}}]`,
		by: []tmpl{keep(`resources: {limits: {cpu: 1}}`)}, tells: []string{"the limit of cpu of container spark-kubernetes-executor is above"},
	},
	{rule: "R26 if one of them does not, the pod is denied", pod: `{}`, by: []tmpl{keep(`hostUsers: false`), replace(`hostPID: true`)}, verdict: DeniedInvalid},
}

func TestGivingWayR26(t *testing.T) { run(t, limitRows) }
