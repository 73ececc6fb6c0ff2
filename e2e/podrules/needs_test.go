package podrules_test

import (
	"encoding/json"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/podrules"
	"swage.dev/swage/podtemplate"
)

// What the API server takes in no pod makes a template that does not load; what it takes in some loads. Each row is of a
// container, or of a pod.
func TestTemplatesThatNoPodCanHave(t *testing.T) {
	for _, row := range []struct{ of, fields, whole string }{
		{"container", `"envFrom":[{"prefix":"P"}]`, `"envFrom":[{"prefix":"P","secretRef":{"name":"s"}}]`},
		{"container", `"envFrom":[{"configMapRef":{}}]`, `"envFrom":[{"configMapRef":{"name":"c"}}]`},
		{"container", `"envFrom":[{"secretRef":{"optional":true}}]`, `"envFrom":[{"secretRef":{"name":"s","optional":true}}]`},
		{"container", `"env":[{"name":"E","valueFrom":{}}]`, `"env":[{"name":"E"}]`},
		{"container", `"env":[{"name":"E","valueFrom":{"configMapKeyRef":{"name":"c"}}}]`, `"env":[{"name":"E","valueFrom":{"configMapKeyRef":{"name":"c","key":"k"}}}]`},
		{"container", `"env":[{"name":"E","valueFrom":{"secretKeyRef":{"key":"k"}}}]`, `"env":[{"name":"E","valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}}]`},
		{"container", `"env":[{"name":"E","valueFrom":{"fieldRef":{}}}]`, `"env":[{"name":"E","valueFrom":{"fieldRef":{"fieldPath":"status.podIP"}}}]`},
		{"container", `"env":[{"name":"E","valueFrom":{"resourceFieldRef":{}}}]`, `"env":[{"name":"E","valueFrom":{"resourceFieldRef":{"resource":"limits.cpu"}}}]`},
		{"pod", `"resources":{"claims":[{"name":"gpu"}]}`, `"resources":{"limits":{"cpu":"1"}}`},
		{"pod", `"resources":{"claims":[]}`, `"resources":{}`},
		{"pod", `"resourceClaims":[{"name":"gpu"}]`, `"resourceClaims":[{"name":"gpu","resourceClaimName":"mine"}]`},
		{"pod", `"volumes":[{"name":"v","configMap":{}}]`, `"volumes":[{"name":"v"}]`},
		{"pod", `"volumes":[{"name":"v","secret":{"optional":true}}]`, `"volumes":[{"name":"v","secret":{"secretName":"s"}}]`},
		{"pod", `"volumes":[{"name":"v","persistentVolumeClaim":{}}]`, `"volumes":[{"name":"v","persistentVolumeClaim":{"claimName":"c"}}]`},
		{"pod", `"volumes":[{"name":"v","hostPath":{}}]`, `"volumes":[{"name":"v","hostPath":{"path":"/h"}}]`},
		{"pod", `"volumes":[{"name":"v","hostPath":{"path":""}}]`, `"volumes":[{"name":"v","projected":{"sources":[{}]}}]`},
	} {
		for fields, taken := range map[string]bool{row.fields: false, row.whole: true} {
			spec := `{"containers":[{"name":"spark","image":"i"}],` + fields + `}`
			if row.of == "container" {
				spec = `{"containers":[{"name":"spark","image":"i",` + fields + `}]}`
			}
			if problems := refusals(t, spec); (problems == "") != taken {
				t.Errorf("%s: the API server says %q", fields, problems)
			}
			template := &corev1.ConfigMap{
				ObjectMeta: metav1.ObjectMeta{Namespace: "a", Name: "t", Labels: map[string]string{podtemplate.TemplateLabel: string(podtemplate.Default)}},
				Data:       map[string]string{"pod.yaml": `{"spec":` + spec + `}`},
			}
			if _, err := podtemplate.Load(template, podtemplate.LoadOptions{}); (err == nil) != taken || err != nil && !strings.Contains(err.Error(), "a/t/pod.yaml:1: spec.") {
				t.Errorf("%s: as a template: %v", fields, err)
			}
		}
	}
}

// refusals are what the API server says of a pod with a spec.
func refusals(t *testing.T, spec string) string {
	t.Helper()
	pod := &corev1.Pod{}
	if err := json.Unmarshal([]byte(`{"metadata":{"name":"p","namespace":"a"},"spec":`+spec+`}`), pod); err != nil {
		t.Fatal(err)
	}
	podrules.DefaultPod(pod)
	all, err := podrules.Validate(pod)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		return ""
	}
	return all.ToAggregate().Error()
}
