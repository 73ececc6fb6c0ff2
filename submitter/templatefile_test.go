package submitter_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"swage.dev/swage/submitter"
)

// What is no pod is refused, as by spark-submit 4.1.2 with each of these files; what it takes for a pod is taken for one.
func TestAPodTemplateIsAPod(t *testing.T) {
	for _, row := range []struct{ rule, text, refused string }{
		{"another kind", "apiVersion: apps/v1\nkind: Deployment\nspec: {template: {spec: {nodeSelector: {a: b}}}}", "it is a Deployment of apps/v1: expected a Pod of v1"},
		{"another version", "apiVersion: v2\nkind: Pod\nspec: {nodeSelector: {a: b}}", "it is a Pod of v2"},
		{"an empty file", "", "it is empty"},
		{"only a comment", "# nothing\n", "it is empty"},
		{"an empty document", "---\n", "it is empty"},
		{"two pods", "kind: Pod\nspec: {nodeSelector: {a: b}}\n---\nkind: Pod\n", "several YAML documents"},
		{"text", "just text", "it is not a pod"},
		{"a list", "[1]", "it is not a pod"},
		{"a kind that is no text", "kind: [Pod]", "it is not a pod"},
		{"without an apiVersion", "kind: Pod\nspec: {nodeSelector: {a: b}}", ""},
		{"without a kind", "---\nspec: {nodeSelector: {a: b}}\n", ""},
	} {
		t.Run(row.rule, func(t *testing.T) {
			r := request{files: fstest.MapFS{"t.yaml": {Data: []byte(row.text)}}, args: []string{"--conf", "spark.kubernetes.driver.podTemplateFile=/t.yaml"}}
			objects, err := r.plan(t)
			switch {
			case row.refused == "" && (err != nil || objects.Driver.Spec.NodeSelector["a"] != "b"):
				t.Errorf("got %v", err)
			case row.refused != "" && (!errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), "/t.yaml: "+row.refused)):
				t.Errorf("got %v", err)
			}
		})
	}
}
