package podtemplate

import (
	"testing"

	"swage.dev/swage/podtemplate/tree"
)

// fullPod has something at each place that fuzzTemplates speak of.
const fullPod = `
metadata: {annotations: {swage.dev/keep: spec.dnsPolicy, kubernetes.io/limit-ranger: "LimitRanger plugin set: cpu request for container s"}, ` + managedNothing + `}
spec:
  hostNetwork: true
  dnsPolicy: ClusterFirst
  serviceAccountName: default
  serviceAccount: default
  runtimeClassName: kata
  overhead: {cpu: 1}
  priority: 0
  nodeSelector: {a: b}
  tolerations: [{key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 300}]
  affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: In, values: [c]}]}]}}}
  topologySpreadConstraints: [{topologyKey: zone, maxSkew: 2, whenUnsatisfiable: DoNotSchedule}]
  dnsConfig: {nameservers: [8.8.8.8], options: [{name: ndots, value: "2"}]}
  securityContext: {runAsUser: 1, supplementalGroups: [6]}
  resources: {limits: {cpu: 4}, requests: {cpu: 2}}
  volumes:
  - {name: spark-local-dir-1, emptyDir: {}}
  - {name: v, secret: {secretName: s}}
  - {name: kube-api-access-x1y2z, projected: {sources: [{serviceAccountToken: {path: token}}]}}
  initContainers: [{name: side, image: x, restartPolicy: Always, securityContext: {runAsUser: 2}}]
  spark:
    imagePullPolicy: IfNotPresent
    env: [{name: E, value: y}, {name: SPARK_LOCAL_DIRS, value: /var/data/spark-7f}]
    envFrom: [{configMapRef: {name: c}}]
    ports: [{containerPort: 7078, hostPort: 7078, name: driver-rpc-port}, {containerPort: 81, name: web}]
    resources: {limits: {cpu: 1}, requests: {cpu: 1}}
    volumeMounts: [{name: spark-local-dir-1, mountPath: /var/data/spark-7f}, {name: kube-api-access-x1y2z, mountPath: /var/run/secrets/kubernetes.io/serviceaccount}]
    livenessProbe: {exec: {command: [a]}, periodSeconds: 10}
    lifecycle: {preStop: {exec: {command: [/opt/decom.sh]}}}
    securityContext: {privileged: true, capabilities: {add: [X]}}
  containers: [{name: s, resources: {requests: {cpu: 1}}}]
`

// Pods in files may be anything: each value of a pod in turn is replaced by
// others of each kind, and doubled where it is in a list. None panics, patches
// apply, and a second call finds nothing to do.
func TestOddPods(t *testing.T) {
	row := shaping{by: fuzzTemplates}
	text := row.podJSON(t, fullPod)
	whole, err := tree.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	shaper, tried, library := NewShaper(Options{}), 0, row.request(t, text).Templates
	for _, pointer := range pointers(whole) {
		for _, odd := range []string{`null`, `"x"`, `0`, `true`, `[]`, `{}`, `[null]`, `[{}]`, `{"x":null}`, `{"name":"v"}`} {
			pod, err := applyPatch(decodeJSON(t, text), []byte(`[{"op":"replace","path":"`+pointer+`","value":`+odd+`}]`))
			if err != nil {
				t.Fatal(err)
			}
			parsed, err := ParsePod(toJSON(t, pod))
			if err != nil {
				continue
			}
			tried++
			req := Request{Pod: parsed, Namespace: "team-a", Role: Driver, Templates: library}
			result := shaper.Shape(req)
			checkPatch(t, parsed.JSON(), &result)
			if result.Verdict.Allowed() {
				checkIdempotence(t, shaper, req, &result)
			}
			if t.Failed() {
				t.Fatalf("%s = %s", pointer, odd)
			}
		}
	}
	if tried < 1000 {
		t.Errorf("only %d pods were tried", tried)
	}
}

// pointers returns the JSON Pointers of everything below a node.
func pointers(n *tree.Node) []string {
	var all []string
	for _, kid := range n.Kids() {
		all = append(append(all, kid.Pointer()), pointers(kid)...)
	}
	return all
}
