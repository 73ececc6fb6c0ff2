package podtemplate_test

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/podtemplate"
)

func lintTemplate(t *testing.T, name, selector string, data map[string]string) *podtemplate.Template {
	t.Helper()
	cm := &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Name: name, Labels: map[string]string{podtemplate.TemplateLabel: "default"}},
		Data:       data,
	}
	if selector != "" {
		cm.Annotations = map[string]string{podtemplate.SelectAnnotation: selector}
	}
	template, err := podtemplate.Load(cm, podtemplate.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return template
}

// R10: between templates a disagreement is told by lint, leaf by leaf.
func TestDisagreementsR10(t *testing.T) {
	for _, row := range []struct {
		rule, file, weak, otherFile, strong, want string
	}{
		{"equal values agree", "pod.yaml", "spec: {nodeSelector: {a: b}}", "pod.yaml", "spec: {nodeSelector: {a: b}}", ""},
		{"map entries disagree by key", "pod.yaml", "spec: {nodeSelector: {a: b, c: d}}", "pod.yaml", "spec: {nodeSelector: {a: x}}", "spec.nodeSelector.a"},
		{"quantities are compared by value", "pod.yaml", "spec: {containers: [{name: spark, resources: {limits: {cpu: 1}}}]}", "pod.yaml", "spec: {containers: [{name: spark, resources: {limits: {cpu: 1000m}}}]}", ""},
		{"spark has three names", "driver.yaml", "spec: {containers: [{name: spark, image: a}]}", "driver.yaml", "spec: {containers: [{name: spark-kubernetes-driver, image: b}]}", "spec.containers[0].image"},
		{"* is every container", "pod.yaml", "spec: {containers: [{name: x, image: i, securityContext: {privileged: true}}]}", "pod.yaml", `spec: {containers: [{name: "*", securityContext: {privileged: false}}]}`, "spec.containers[0].securityContext.privileged"},
		{"other containers are others", "pod.yaml", "spec: {containers: [{name: x, image: a}]}", "pod.yaml", "spec: {containers: [{name: z, image: b}]}", ""},
		{"a volume is one thing", "pod.yaml", "spec: {volumes: [{name: v, emptyDir: {}}]}", "pod.yaml", "spec: {volumes: [{name: v, hostPath: {path: /x}}]}", "spec.volumes[0]"},
		{"union members exclude each other", "pod.yaml", "spec: {containers: [{name: spark, livenessProbe: {exec: {command: [a]}}}]}", "pod.yaml", "spec: {containers: [{name: spark, livenessProbe: {tcpSocket: {port: 1}}}]}", "spec.containers.spark.livenessProbe.exec"},
		{"tolerations are a set", "pod.yaml", "spec: {tolerations: [{key: a, operator: Exists}]}", "pod.yaml", "spec: {tolerations: [{key: b, operator: Exists}]}", ""},
		{"required affinity holds for both (R22)", "pod.yaml", affinityOf("a"), "pod.yaml", affinityOf("a, b"), ""},
		{"required affinity that no node can match (R22)", "pod.yaml", affinityOf("a"), "pod.yaml", affinityOf("b"), "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution"},
		{"both roles meet in pod.yaml", "pod.yaml", "spec: {hostname: a}", "executor.yaml", "spec: {hostname: b}", "spec.hostname"},
		{"drivers never meet executors", "driver.yaml", "spec: {hostname: a}", "executor.yaml", "spec: {hostname: b}", ""},
	} {
		t.Run(row.rule, func(t *testing.T) {
			weak := lintTemplate(t, "weak", "", map[string]string{row.file: row.weak})
			strong := lintTemplate(t, "strong", "", map[string]string{row.otherFile: row.strong})
			var paths []string
			for _, problem := range podtemplate.Disagreements(weak, strong) {
				paths = append(paths, problem.Path)
			}
			if got := strings.Join(paths, " "); got != row.want {
				t.Errorf("got %q want %q", got, row.want)
			}
		})
	}
}

func affinityOf(zone string) string {
	return "spec: {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: In, values: [" + zone + "]}]}]}}}}"
}

func TestTemplatesMeetUnlessTheirSelectorsExcludeEachOther(t *testing.T) {
	for _, row := range []struct {
		a, b string
		meet bool
	}{
		{"", "", true},
		{"team=a", "", true},
		{"team=a", "team=a", true},
		{"team=a", "team=b", false},
		{"team=a", "env=prod", true},
		{"team in (a, b)", "team in (b, c)", true},
		{"team in (a, b)", "team in (c, d)", false},
		{"team=a", "team!=a", false},
		{"team in (a, b)", "team notin (a)", true},
		{"team", "!team", false},
		{"team=a", "!team", false},
		{"team!=a", "!team", true},
		{"team", "team=a", true},
		{"size>5", "size=7", true},
	} {
		a, b := lintTemplate(t, "a", row.a, nil), lintTemplate(t, "b", row.b, nil)
		if podtemplate.MayMeet(a, b) != row.meet || podtemplate.MayMeet(b, a) != row.meet {
			t.Errorf("%q and %q: want %v", row.a, row.b, row.meet)
		}
	}
}
