package podtemplate

import (
	"fmt"
	"strings"
	"testing"
)

// R28: values of env, args and annotations are never told: not in warnings, not in reasons, not in what the pod is annotated with.
func TestNoValuesAreToldR28(t *testing.T) {
	const pod = `{metadata: {annotations: {k: MARK-annotation, swage.dev/keep: "MARK-keep"}}, spec: {spark: {args: [executor, MARK-arg], env: [{name: E, value: MARK-env}, {name: SPARK_X, value: MARK-spark}, {name: D, value: MARK-one}, {name: D, value: MARK-two}], resources: {requests: {cpu: 2}}}, initContainers: [{name: i, image: i, args: [MARK-init], env: [{name: F, value: MARK-init}]}]}}`
	const template = `{metadata: {annotations: {k: MARK-other}}, spec: {spark: {args: [MARK-args], command: [MARK-command], env: [{name: E, value: MARK-value}, {name: SPARK_X, value: MARK-x}, {name: D, value: MARK-three}, {name: NEW, value: MARK-new}], resources: {limits: {cpu: 1}}, lifecycle: {preStop: {exec: {command: [MARK-hook]}}}}, containers: [{name: i, image: j, args: [MARK-side]}, {name: "new", args: [MARK-patch]}]}}`
	for _, by := range []tmpl{keep(template), replace(template), reject(template), enforced(template), enforcedReject(template)} {
		t.Run(fmt.Sprint(by.mode, by.onConflict), func(t *testing.T) {
			row := shaping{by: []tmpl{by}}
			result := NewShaper(Options{}).Shape(row.request(t, row.podJSON(t, pod)))
			told := strings.Join(append(result.Warnings, result.Reason, result.ShapedValue()), "\n")
			if len(result.Warnings) == 0 && result.Reason == "" {
				t.Fatal("nothing is told at all: the test proves nothing")
			}
			if strings.Contains(told, "MARK") {
				t.Errorf("told: %s", told)
			}
		})
	}
}
