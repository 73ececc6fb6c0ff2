package podtemplate

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"sigs.k8s.io/yaml"
)

// capturedPods are the pods that real spark-submits made, as JSON.
func capturedPods(tb testing.TB) map[string][]byte {
	tb.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "spark", "*.yaml"))
	if err != nil || len(files) == 0 {
		tb.Fatal("no captured pods: ", err)
	}
	pods := map[string][]byte{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		for document := range bytes.SplitSeq(text, []byte("\n---\n")) {
			json, err := yaml.YAMLToJSON(document)
			if err != nil {
				tb.Fatal(err)
			}
			if p, err := ParsePod(json); err == nil {
				pods[filepath.Base(file)+" "+p.Name()] = json
			}
		}
	}
	if len(pods) == 0 {
		tb.Fatal("the captures hold no pods")
	}
	return pods
}

// fuzzTemplates say something about almost every kind of field.
var fuzzTemplates = []tmpl{
	keep(`
metadata: {labels: {team: a}, annotations: {k: v}}
spec:
  priorityClassName: high
  serviceAccountName: spark
  nodeSelector: {pool: spark}
  tolerations: [{operator: Exists}]
  affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: In, values: [b]}]}]}}}
  volumes: [{name: spark-local-dir-1, emptyDir: {medium: Memory}}, {name: v, emptyDir: {}}]
  containers:
  - {name: spark, image: "i:latest", env: [{name: E, value: x}], envFrom: [{secretRef: {name: s}}], ports: [{containerPort: 80, name: web}], volumeMounts: [{name: spark-local-dir-1, mountPath: /s}, {name: v, mountPath: /v}], resources: {limits: {cpu: 1}}, livenessProbe: {periodSeconds: 9}}
  - {name: side, image: i, resources: {requests: {cpu: 1}}}
`),
	replace(`
hostNetwork: false
dnsPolicy: None
dnsConfig: {nameservers: [1.1.1.1], options: [{name: ndots, value: "1"}]}
topologySpreadConstraints: [{topologyKey: zone, maxSkew: 1, whenUnsatisfiable: DoNotSchedule}]
containers:
- {name: spark, resources: {requests: {cpu: 2}}, lifecycle: {preStop: {sleep: {seconds: 1}}}, volumeDevices: [{name: v, devicePath: /dev/v}]}
- {name: "*", securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}
`),
	enforced(`{automountServiceAccountToken: false, hostUsers: false, securityContext: {runAsUser: 185, supplementalGroups: [5]}, runtimeClassName: gvisor, containers: [{name: "*", terminationMessagePolicy: FallbackToLogsOnError}]}`),
}

// FuzzShape: whatever ParsePod accepts, no panic, a patch that applies and
// makes the shaped pod, changes that keep their contract, and nothing left to
// do for a second call.
func FuzzShape(f *testing.F) {
	for _, pod := range capturedPods(f) {
		f.Add(pod)
	}
	for _, pod := range podsOfRows(f) {
		f.Add(pod)
	}
	row := shaping{by: fuzzTemplates}
	f.Fuzz(func(t *testing.T, text []byte) {
		pod, err := ParsePod(text)
		if err != nil {
			return
		}
		req := row.request(t, text)
		req.Pod = pod
		shaper := NewShaper(Options{})
		for _, req.Role = range []Role{Driver, Executor} {
			result := shaper.Shape(req)
			checkPatch(t, text, &result)
			if result.Verdict.Allowed() {
				checkIdempotence(t, shaper, req, &result)
			}
		}
	})
}

// podsOfRows are the pods of all tables.
func podsOfRows(f *testing.F) [][]byte {
	f.Helper()
	var pods [][]byte
	for _, rows := range [][]shaping{yieldRows, keepRows, pluginRows, zeroRows, elementRows, protectedRows, scratchRows, followRows, enforcedRows, affinityRows, containerRows, patchMergeRows} {
		for _, row := range rows {
			pods = append(pods, row.podJSON(f, row.pod))
		}
	}
	return pods
}
