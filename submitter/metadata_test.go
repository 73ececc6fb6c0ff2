package submitter_test

import (
	"errors"
	"strings"
	"testing"

	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"

	"swage.dev/swage/submitter"
)

// A label or an annotation that no API server takes is refused by its setting's
// name, without a cluster; all that servers take is taken.
func TestLabelsThatKubernetesDoesNotTake(t *testing.T) {
	long := strings.Repeat("x", 64)
	const driver, executor, service = "spark.kubernetes.driver.", "spark.kubernetes.executor.", "spark.kubernetes.driver.service."
	const claim = "spark.kubernetes.driver.volumes.persistentVolumeClaim.data."
	for _, row := range []struct{ rule, conf, says string }{
		{"a blank in a key", driver + "label.a b=c", `"spark.kubernetes.driver.label.a b": Kubernetes takes no label of this name: name part must consist of`},
		{"what steers a terminal", driver + "label.a\x1b[2J=c", `"spark.kubernetes.driver.label.a\x1b[2J": Kubernetes takes no label`},
		{"two slashes", driver + "label.a/b/c=d", `label.a/b/c": Kubernetes takes no label of this name`},
		{"a domain of capital letters", driver + "label.Example.com/a=b", "prefix part a lowercase RFC 1123 subdomain"},
		{"no key", driver + "label.=b", "name part must be non-empty"},
		{"a long key", driver + "label." + long + "=b", "name part must be no more than 63 bytes"},
		{"a value", driver + "label.a=b c", "spark.kubernetes.driver.label.a: Kubernetes takes no label with the value that it has: a valid label must be"},
		{"a long value", driver + "label.a=" + long, "must be no more than 63 bytes"},
		{"an annotation's key", driver + "annotation.a b=c", `"spark.kubernetes.driver.annotation.a b": Kubernetes takes no annotation of this name`},
		{"an executor's label", executor + "label.a b=c", `"spark.kubernetes.executor.label.a b": Kubernetes takes no label`},
		{"an executor's annotation", executor + "annotation.a b=c", `"spark.kubernetes.executor.annotation.a b": Kubernetes takes no`},
		{"the Service's label", service + "label.a=b c", "spark.kubernetes.driver.service.label.a: Kubernetes takes no label"},
		{"its annotation", service + "annotation.a b=c", `"spark.kubernetes.driver.service.annotation.a b": Kubernetes takes no`},
		{"a claim's label", claim + "label.a b=c", `"` + claim + `label.a b": Kubernetes takes no label`},
		{"a claim's annotation", claim + "annotation.a b=c", `"` + claim + `annotation.a b": Kubernetes takes no`},

		{"a domain", driver + "label.example.com/a=b", ""},
		{"letters of both cases and a dot", driver + "label.My.Label_1=B.c_d-E", ""},
		{"an empty value", driver + "label.a=", ""},
		{"the longest", driver + "label." + strings.Repeat("a.", 126) + "a/" + long[1:] + "=" + long[1:], ""},
		{"the application's id", driver + "label.a={{APP_ID}}", ""},
		{"an executor's id", executor + "label.a=e-{{EXECUTOR_ID}}", ""},
		{"an annotation with capital letters in its domain", driver + "annotation.Example.com/a=b", ""},
		{"an annotation's value", driver + "annotation.a=b c\n" + long, ""},
		{"those of a Service", service + "annotation.Example.com/a=b c", ""},
		{"those of a claim", claim + "label.example.com/a=b", ""},
	} {
		t.Run(row.rule, func(t *testing.T) {
			args := []string{
				"--num-executors", "1",
				"--conf", row.conf, "--conf", claim + "mount.path=/data", "--conf", claim + "options.claimName=OnDemand",
				"--conf", claim + "options.storageClass=fast", "--conf", claim + "options.sizeLimit=1Gi",
			}
			objects, err := request{version: "4.1.2", executors: submitter.ByBoth, args: args}.plan(t)
			if (err == nil) != (row.says == "") || err != nil && (!errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), row.says)) {
				t.Fatalf("got %v", err)
			}
			if err == nil {
				serverTakes(t, objects)
			}
		})
	}
}

// serverTakes asks the API server's own code.
func serverTakes(t *testing.T, objects *submitter.Objects) {
	t.Helper()
	for _, o := range append([]submitter.Object{objects.Root(), objects.Executors.Pod(0)}, objects.Owned...) {
		problems := append(metav1validation.ValidateLabels(o.GetLabels(), nil), apivalidation.ValidateAnnotations(o.GetAnnotations(), nil)...)
		if len(problems) > 0 {
			t.Errorf("%s: %v", o.GetName(), problems)
		}
	}
}
