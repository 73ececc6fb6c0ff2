package submitter_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"swage.dev/swage/submitter"
)

const volcanoStep = "spark.kubernetes.driver.pod.featureSteps=org.apache.spark.deploy.k8s.features.VolcanoFeatureStep"

// S13: what Spark's own step makes of a template, and what it does not take.
// That it is field by field Spark's own is recorded, for 4.2 and 4.3.
func TestS13PodGroups(t *testing.T) {
	const file, setting = "spark.kubernetes.scheduler.volcano.podGroupTemplateFile", "spark.kubernetes.scheduler.volcano.podGroupTemplateJson"
	for _, row := range []struct {
		rule, template, json, version string
		want                          string // the spec; "refused: " and a part of the reason
	}{
		{"without a template it is empty", "", "", "4.1.2", `{}`},
		{"what the template has stays, also what is not known here", "spec: {queue: q, new: [1]}", "", "3.5.9", `{"new":[1],"queue":"q"}`},
		{"an empty file", "", "", "4.1.2", `{}`},
		{"a setting, since 4.2", "", `{"spec": {"minMember": 1}}`, "4.2.0", `{"minMember":1}`},
		{"a setting that 4.1 does not read", "", `{"spec": {"minMember": 1}}`, "4.1.2", `{}`},
		{"a file beats the setting", "spec: {queue: file}", `{"spec": {"queue": "setting"}}`, "4.3.0", `{"queue":"file"}`},
		{"broken", "spec: [", "", "4.1.2", "refused: /group.yaml is no PodGroup"},
		{"broken setting", "", "{", "4.2.0", "refused: " + setting + " is no PodGroup"},
		{"a list", "[]", "", "4.1.2", "refused: /group.yaml is no PodGroup"},
		{"a spec that is none", "spec: 1", "", "4.1.2", "refused: spec is no object"},
		{"another kind", "kind: Pod", "", "4.1.2", "refused: expected a PodGroup"},
		{"another version", "apiVersion: v1", "", "4.1.2", "refused: expected a PodGroup of scheduling.volcano.sh/v1beta1"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			r := request{version: row.version, args: []string{"--conf", volcanoStep}, files: fstest.MapFS{"group.yaml": {Data: []byte(row.template)}}}
			if row.template != "" || row.rule == "an empty file" {
				r.args = append(r.args, "--conf", file+"=/group.yaml")
			}
			if row.json != "" {
				r.args = append(r.args, "--conf", setting+"="+row.json)
			}
			objects, err := r.plan(t)
			if reason, refused := strings.CutPrefix(row.want, "refused: "); refused {
				if !errors.Is(err, submitter.ErrRefused) || !strings.Contains(err.Error(), reason) {
					t.Errorf("got %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			wantGroup(t, objects, row.want)
		})
	}
}

func wantGroup(t *testing.T, objects *submitter.Objects, spec string) {
	t.Helper()
	if len(objects.Before) != 1 {
		t.Fatalf("%d objects come before the driver", len(objects.Before))
	}
	text, err := json.Marshal(objects.Before[0])
	if err != nil {
		t.Fatal(err)
	}
	name := objects.AppID + "-podgroup"
	want := `{"apiVersion":"scheduling.volcano.sh/v1beta1","kind":"PodGroup","metadata":{"name":"` + name + `","namespace":"default"},"spec":` + spec + `}`
	if string(text) != want+"\n" && string(text) != want {
		t.Errorf("got %s, want %s", text, want)
	}
	if objects.Driver.Annotations["scheduling.k8s.io/group-name"] != name {
		t.Errorf("the driver is not in the group: %v", objects.Driver.Annotations)
	}
}

// S13: a step that is excluded does nothing, since 4.1.
func TestS13AnExcludedStepOfVolcano(t *testing.T) {
	excluded := strings.Replace(volcanoStep, "featureSteps", "excludedFeatureSteps", 1)
	objects := request{version: "4.1.2", args: []string{"--conf", volcanoStep, "--conf", excluded}}.must(t)
	if len(objects.Before) != 0 || objects.Driver.Annotations != nil {
		t.Errorf("%d groups, annotations %v", len(objects.Before), objects.Driver.Annotations)
	}
}
