package admission

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"swage.dev/swage/podtemplate"
)

// marker stands for every value that may be a secret.
const marker = "hunter2"

// R28: values of env, args and annotations never appear in warnings, Events,
// logs or audit annotations, whatever the verdict. The patch alone holds them.
func TestNoValueIsTold(t *testing.T) {
	secretPod := fmt.Sprintf(`{"apiVersion":"v1","kind":"Pod","metadata":{"name":"driver","labels":{"spark-role":"driver"},`+
		`"annotations":{"token":"%[1]s"}},"spec":{"containers":[{"name":"spark-kubernetes-driver","image":"spark:%[1]s",`+
		`"args":["driver","--conf","password=%[1]s"],"env":[{"name":"PASSWORD","value":"%[1]s-of-the-pod"}]}]}}`, marker)
	secretTemplate := fmt.Sprintf("metadata: {annotations: {token: %[1]s-other}}\nspec:\n  containers:\n  - name: spark\n"+
		"    env: [{name: PASSWORD, value: %[1]s-of-the-template}, {name: MORE, value: %[1]s}]\n", marker)
	brokenTemplate := fmt.Sprintf("spec:\n  containers:\n  - name: spark\n    env: [{name: PASSWORD, value: {%[1]s: %[1]s}}]\n    stdin: %[1]s\n", marker)
	syntaxError := fmt.Sprintf("spec:\n  containers: [%[1]s: {%[1]s\n", marker)

	for _, row := range []struct {
		rule, body, template string
		mode                 podtemplate.Mode
		reject               bool
		verdict              string
	}{
		{"kept conflicts", reviewOf(owned(secretPod)), secretTemplate, podtemplate.Default, false, "driver shaped"},
		{"replaced conflicts", reviewOf(owned(secretPod)), secretTemplate, podtemplate.Enforced, false, "driver shaped"},
		{"rejected conflicts", reviewOf(owned(secretPod)), secretTemplate, podtemplate.Enforced, true, "driver denied-conflict"},
		{"broken template, skipped", reviewOf(secretPod), brokenTemplate, podtemplate.Default, false, "driver unchanged"},
		{"broken template, needed", reviewOf(secretPod), brokenTemplate, podtemplate.Enforced, false, "driver denied-broken-template"},
		{"template that is no YAML", reviewOf(secretPod), syntaxError, podtemplate.Enforced, false, "driver denied-broken-template"},
		{"review that is no JSON", strings.Replace(reviewOf(secretPod), marker, marker+`"`+marker, 1), secretTemplate, podtemplate.Default, false, "none error"},
		{"review cut in a value", reviewOf(secretPod)[:strings.Index(reviewOf(secretPod), marker)+4], secretTemplate, podtemplate.Default, false, "none error"},
		{"review of a wrong type", strings.Replace(reviewOf(secretPod), `"u-1"`, `{"`+marker+`":"`+marker+`"}`, 1), secretTemplate, podtemplate.Default, false, "none error"},
		{"pod of another kind", reviewOf(strings.Replace(secretPod, `"kind":"Pod"`, `"kind":"`+marker+`"`, 1)), secretTemplate, podtemplate.Default, false, "none error"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cm := configMap("a", row.mode, row.template)
				if row.reject {
					cm.Annotations = map[string]string{podtemplate.OnConflictAnnotation: "reject"}
				}
				w := newWorld(t, realShaper(), true, cm)
				response := w.post("/shape", row.body)
				w.wantCounted(row.verdict)
				told := withoutPatch(response.Body.String()) + w.log.String()
				for _, event := range w.events() {
					told += event.Message
				}
				if strings.Contains(told, marker) {
					t.Errorf("a value was told:\n%s", told)
				}
				if strings.Contains(row.verdict, "shaped") && !strings.Contains(patchOf(t, response.Body.String()), marker) {
					t.Error("the patch holds no value: this test proves nothing")
				}
			})
		})
	}
}

const patchMember = `"patch":"`

func withoutPatch(body string) string {
	before, rest, _ := strings.Cut(body, patchMember)
	_, after, _ := strings.Cut(rest, `"`)
	return before + after
}

func patchOf(t *testing.T, body string) string {
	t.Helper()
	_, rest, _ := strings.Cut(body, patchMember)
	encoded, _, _ := strings.Cut(rest, `"`)
	patch, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		t.Fatal(err)
	}
	return string(patch)
}
