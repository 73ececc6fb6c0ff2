package podtemplate

import (
	"os"
	"path/filepath"
	"testing"
)

// managedNothing is the managedFields of a pod whose author stated a name and a container.
const managedNothing = `managedFields: [{manager: x, fieldsV1: {"f:spec": {"f:containers": {}, "f:enableServiceLinks": {}, "f:dnsPolicy": {}}}}]`

func managed(fields string) string {
	return `managedFields: [{manager: x, fieldsV1: {"f:spec": {"f:containers": {}, ` + fields + `}}}]`
}

var pluginRows = []shaping{
	{
		rule: "R4 serviceAccountName default that managedFields do not list is the plugin's", pod: `{metadata: {` + managedNothing + `}, spec: {serviceAccountName: default}}`,
		by: []tmpl{keep(`serviceAccountName: spark`)}, want: `{metadata: {` + managedNothing + `}, spec: {serviceAccountName: spark}}`,
	},
	{
		rule: "R4 listed, it is the author's", pod: `{metadata: {` + managed(`"f:serviceAccountName": {}`) + `}, spec: {serviceAccountName: default}}`,
		by: []tmpl{keep(`serviceAccountName: spark`)}, changes: []string{"none /spec/serviceAccountName PodSpec.serviceAccountName kept"},
	},
	{
		rule: "R4 a value of API defaulting yields although managedFields list it", pod: `{metadata: {` + managedNothing + `}, spec: {dnsPolicy: ClusterFirst}}`,
		by: []tmpl{keep(`dnsPolicy: None
dnsConfig: {nameservers: [1.1.1.1]}`)}, want: `{metadata: {` + managedNothing + `}, spec: {dnsPolicy: None, dnsConfig: {nameservers: [1.1.1.1]}}}`,
	},
	{
		rule: "R4 a value that managedFields do not list but that is no plugin's constant is another webhook's: it stays",
		pod:  `{metadata: {` + managedNothing + `}, spec: {serviceAccountName: mesh, nodeSelector: {pool: a}}}`,
		by:   []tmpl{keep(`{serviceAccountName: spark, nodeSelector: {pool: b}}`)},
		changes: []string{
			"none /spec/nodeSelector/pool PodSpec.nodeSelector kept", "none /spec/serviceAccountName PodSpec.serviceAccountName kept",
		},
	},
	{
		rule: "R4 another webhook's toleration of 300 seconds for another taint stays",
		pod:  `{metadata: {` + managedNothing + `}, spec: {tolerations: [{key: mesh, operator: Exists, effect: NoExecute, tolerationSeconds: 300}]}}`,
		by:   []tmpl{keep(`tolerations: [{key: mesh, operator: Exists, effect: NoExecute, tolerationSeconds: 1}]`)}, changes: []string{"none /spec/tolerations/0 PodSpec.tolerations kept"},
	},
	{
		rule: "R4 resources that the limit-ranger annotation names yield, also in the Spark container",
		pod:  `{metadata: {annotations: {kubernetes.io/limit-ranger: "LimitRanger plugin set: cpu, memory limit for container spark-kubernetes-executor"}}, spec: {spark: {resources: {limits: {cpu: 1, memory: 1Gi}}}}}`,
		by:   []tmpl{keep(`spark: {resources: {limits: {cpu: 2}}}`)},
		want: `{metadata: {annotations: {kubernetes.io/limit-ranger: "LimitRanger plugin set: cpu, memory limit for container spark-kubernetes-executor"}}, spec: {spark: {resources: {limits: {cpu: 2, memory: 1Gi}}}}}`,
	},
	{
		rule: "R4 resources that the annotation does not name are the author's",
		pod:  `{metadata: {annotations: {kubernetes.io/limit-ranger: "LimitRanger plugin set: cpu request for container spark-kubernetes-executor; memory limit for init container spark-kubernetes-executor"}}, spec: {spark: {resources: {limits: {cpu: 1, memory: 1Gi}}}}}`,
		by:   []tmpl{keep(`spark: {resources: {limits: {cpu: 2, memory: 2Gi}}}`)},
		changes: []string{
			"none /spec/containers/0/resources/limits/cpu ResourceRequirements.limits kept",
			"none /spec/containers/0/resources/limits/memory ResourceRequirements.limits kept",
		},
	},
	{
		rule: "R4 a request that LimitRanger filled in follows a limit that a template states, as it would have without the plugin",
		pod:  `{metadata: {annotations: {kubernetes.io/limit-ranger: "LimitRanger plugin set: cpu request for container spark-kubernetes-executor"}}, spec: {spark: {resources: {requests: {cpu: 1}}}}}`,
		by:   []tmpl{keep(`spark: {resources: {limits: {cpu: 500m}}}`)},
		want: `{metadata: {annotations: {kubernetes.io/limit-ranger: "LimitRanger plugin set: cpu request for container spark-kubernetes-executor"}}, spec: {spark: {resources: {requests: {cpu: 500m}, limits: {cpu: 500m}}}}}`,
	},
	{
		rule: "R4 the token mount of the ServiceAccount plugin yields to a template's own",
		pod:  `{volumes: [{name: kube-api-access-x1y2z, projected: {sources: [{serviceAccountToken: {path: token}}]}}], spark: {volumeMounts: [{name: kube-api-access-x1y2z, mountPath: /var/run/secrets/kubernetes.io/serviceaccount, readOnly: true}]}}`,
		by:   []tmpl{keep(`{volumes: [{name: token, projected: {sources: [{serviceAccountToken: {path: token, audience: vault}}]}}], spark: {volumeMounts: [{name: token, mountPath: /var/run/secrets/kubernetes.io/serviceaccount}]}}`)},
		want: `{volumes: [{name: token, projected: {sources: [{serviceAccountToken: {path: token, audience: vault}}]}}], spark: {volumeMounts: [{name: token, mountPath: /var/run/secrets/kubernetes.io/serviceaccount}]}}`,
	},
}

func TestPluginValuesR4(t *testing.T) { run(t, pluginRows) }

// R4 on what a real API server sent: every value that its plugins filled in gives way.
func TestRealAdmissionReviewR4(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "admission-review-1.36.json"))
	if err != nil {
		t.Fatal(err)
	}
	object, _ := lookUp(decodeJSON(t, text), "/request/object")
	row := shaping{by: []tmpl{keep(`
serviceAccountName: spark
priorityClassName: high
terminationGracePeriodSeconds: 5
tolerations: [{operator: Exists}]
spark: {imagePullPolicy: Never, resources: {limits: {cpu: 3}, requests: {memory: 1Mi}}, livenessProbe: {periodSeconds: 99}}
volumes: [{name: s, secret: {secretName: other}}]`)}}
	req := row.request(t, toJSON(t, object))
	req.Role = Executor
	shaper := NewShaper(Options{})
	result := shaper.Shape(req)
	checkContract(t, shaper, req, &result)
	pod := decodeJSON(t, result.Pod())
	for pointer, want := range map[string]string{
		"/spec/serviceAccountName": `"spark"`, "/spec/serviceAccount": `"spark"`, "/spec/priorityClassName": `"high"`,
		"/spec/priority": "", "/spec/preemptionPolicy": "", "/spec/terminationGracePeriodSeconds": "5",
		"/spec/tolerations": `[{"operator":"Exists"}]`, "/spec/volumes/1": "", "/spec/volumes/0/secret/secretName": `"q"`,
		"/spec/containers/0/imagePullPolicy": `"Never"`, "/spec/containers/0/volumeMounts": `[]`,
		"/spec/containers/0/resources":                   `{"limits":{"cpu":3,"memory":"1Gi"},"requests":{"cpu":3,"memory":"1Mi"}}`,
		"/spec/containers/0/livenessProbe/periodSeconds": "99",
	} {
		got := ""
		if value, found := lookUp(pod, pointer); found {
			got = string(toJSON(t, value))
		}
		if got != want {
			t.Errorf("%s is %q, want %q", pointer, got, want)
		}
	}
}
