package schema

import (
	"slices"
	"testing"

	"swage.dev/swage/podtemplate/tree"
)

// TestCheck: each problem is told at its place, and with what was expected. Values are not repeated: they may be secrets.
func TestCheck(t *testing.T) {
	tests := []struct {
		name, document string
		want           []string
	}{
		{"a right template", `{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"spark","resources":{"limits":{"cpu":2,"memory":"1Gi"}},"ports":[{"containerPort":80}]}]}}`, nil},
		{"null fits everything but a list element", `{"metadata":null,"spec":{"containers":[null],"hostNetwork":null,"nodeSelector":{"a":null}}}`, []string{`/spec/containers/0: expected a list element, found null`}},
		{"an unknown field", `{"spec":{"contaners":[]}}`, []string{`/spec/contaners: unknown field "contaners"`}},
		{"another case", `{"spec":{"hostnetwork":true}}`, []string{`/spec/hostnetwork: unknown field "hostnetwork": did you mean "hostNetwork"?`}},
		{"a boolean for text, as YAML reads y", `{"spec":{"containers":[{"name":true}]}}`, []string{`/spec/containers/0/name: expected a string, found a boolean (YAML reads y, n, yes, no, on and off as one): put it in quotes`}},
		{"a number for text: its value may be a secret", `{"spec":{"containers":[{"name":"a","env":[{"name":"PIN","value":4711}]}]}}`, []string{`/spec/containers/0/env/0/value: expected a string, found a number: put it in quotes`}},
		{"text for a number", `{"spec":{"terminationGracePeriodSeconds":"30"}}`, []string{`/spec/terminationGracePeriodSeconds: expected a whole number of 64 bits, found a string`}},
		{"a fraction for a whole number", `{"spec":{"terminationGracePeriodSeconds":1.5}}`, []string{`/spec/terminationGracePeriodSeconds: expected a whole number of 64 bits, found a number`}},
		{"a number that does not fit 32 bits", `{"spec":{"containers":[{"name":"a","ports":[{"containerPort":4294967296}]}]}}`, []string{`/spec/containers/0/ports/0/containerPort: expected a whole number of 32 bits, found a number`}},
		{"text for a boolean", `{"spec":{"hostNetwork":"true"}}`, []string{`/spec/hostNetwork: expected true or false, found a string`}},
		{"a list for an object", `{"spec":[]}`, []string{`/spec: expected an object, found a list`}},
		{"an object for a list", `{"spec":{"containers":{}}}`, []string{`/spec/containers: expected a list, found an object`}},
		{"text for a list", `{"spec":{"tolerations":"all"}}`, []string{`/spec/tolerations: expected a list, found a string`}},
		{"an object for text", `{"spec":{"hostname":{}}}`, []string{`/spec/hostname: expected a string, found an object`}},
		{"what is no quantity", `{"spec":{"containers":[{"name":"a","resources":{"limits":{"memory":"1 GB"}}}]}}`, []string{`/spec/containers/0/resources/limits/memory: expected a quantity like 500m or 2Gi, found a string`}},
		{"a boolean for a port", `{"spec":{"containers":[{"name":"a","livenessProbe":{"httpGet":{"port":true}}}]}}`, []string{`/spec/containers/0/livenessProbe/httpGet/port: expected a number or a string, found a boolean`}},
		{"two sources of one volume", `{"spec":{"volumes":[{"name":"v","emptyDir":{},"hostPath":{"path":"/h"}}]}}`, []string{`/spec/volumes/0/hostPath: emptyDir and hostPath exclude each other`}},
		{"an env var with a value and a source", `{"spec":{"containers":[{"name":"a","env":[{"name":"E","value":"v","valueFrom":{"fieldRef":{"fieldPath":"status.podIP"}}}]}]}}`, []string{`/spec/containers/0/env/0/valueFrom: value and valueFrom exclude each other`}},
		{"but not one whose value is empty", `{"spec":{"containers":[{"name":"a","env":[{"name":"E","value":"","valueFrom":{"fieldRef":{"fieldPath":"status.podIP"}}}]}]}}`, nil},
		{"two sources of one projection", `{"spec":{"volumes":[{"name":"v","projected":{"sources":[{"secret":{},"configMap":{}}]}}]}}`, []string{`/spec/volumes/0/projected/sources/0/configMap: secret and configMap exclude each other`}},
		{"two sources of env vars", `{"spec":{"containers":[{"name":"a","envFrom":[{"prefix":"P","configMapRef":{"name":"c"},"secretRef":{"name":"s"}}]}]}}`, []string{`/spec/containers/0/envFrom/0/secretRef: configMapRef and secretRef exclude each other`}},
		{"no source of env vars", `{"spec":{"containers":[{"name":"a","envFrom":[{"prefix":"P"},{"configMapRef":null}]}]}}`, []string{`/spec/containers/0/envFrom/0: expected one of configMapRef, secretRef`, `/spec/containers/0/envFrom/1: expected one of configMapRef, secretRef`}},
		{"a source without its name", `{"spec":{"containers":[{"name":"a","envFrom":[{"secretRef":{"name":""}}]}]}}`, []string{`/spec/containers/0/envFrom/0/secretRef: name is missing`}},
		{"an env var from nowhere", `{"spec":{"containers":[{"name":"a","env":[{"name":"E","valueFrom":{}}]}]}}`, []string{`/spec/containers/0/env/0/valueFrom: expected one of fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef`}},
		{"a key of nothing, and nothing's key", `{"spec":{"containers":[{"name":"a","env":[{"name":"E","valueFrom":{"secretKeyRef":{}}}]}]}}`, []string{`/spec/containers/0/env/0/valueFrom/secretKeyRef: name is missing`, `/spec/containers/0/env/0/valueFrom/secretKeyRef: key is missing`}},
		{"a volume without its claim's name", `{"spec":{"volumes":[{"name":"v","persistentVolumeClaim":{}}]}}`, []string{`/spec/volumes/0/persistentVolumeClaim: claimName is missing`}},
		{"a volume that says nothing is an emptyDir", `{"spec":{"volumes":[{"name":"v"}]}}`, nil},
		{"claims of the pod's resources", `{"spec":{"resources":{"claims":[{"name":"gpu"}],"limits":{"cpu":1}}}}`, []string{`/spec/resources/claims: only containers have claims: name them there`}},
		{"claims of a container's", `{"spec":{"resources":{"claims":null},"containers":[{"name":"a","resources":{"claims":[{"name":"gpu"}]}}]}}`, nil},
		{"several at once", `{"spec":{"a":1,"b":2}}`, []string{`/spec/a: unknown field "a"`, `/spec/b: unknown field "b"`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			PodTemplate().Check(parse(t, tt.document), func(at *tree.Node, message string) {
				got = append(got, at.Pointer()+": "+message)
			})
			if !slices.Equal(got, tt.want) {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}
