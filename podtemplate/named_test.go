package podtemplate

import (
	"strings"
	"testing"
)

func TestR8Inheritance(t *testing.T) {
	shelves := []shelf{
		{what: "team-a/d default"},
		{what: "team-a/a named"},
		{what: "team-a/b named"},
		{what: "system/c named"},
		{what: "system/a named"},
		{what: "team-a/e enforced"},
		{what: "team-a/picky named", annotations: "select=team=risk"},
		{what: "system/far named", annotations: "namespaces=env=prod"},
		{what: "team-a/broken named", text: "spec: {a: 1}"},
	}
	driver := func(annotations string) *DriverInfo { return &DriverInfo{Annotations: pairs(annotations)} }
	for _, s := range []choice{
		{name: "a pod asks by name; the last listed is the strongest", annotations: "swage.dev/templates=b, a", want: "team-a/d team-a/b team-a/a team-a/e"},
		{name: "listed twice, the last place counts", annotations: "swage.dev/templates=a,b,a", want: "team-a/d team-a/b team-a/a team-a/e"},
		{name: "names are looked up in the pod's namespace, then in the system's", annotations: "swage.dev/templates=c,a", want: "team-a/d system/c team-a/a team-a/e"},
		{name: "an executor takes its driver's list", driver: driver("swage.dev/templates=b"), want: "team-a/d team-a/b team-a/e"},
		{name: "its own list counts instead of the driver's", annotations: "swage.dev/templates=a", driver: driver("swage.dev/templates=b"), want: "team-a/d team-a/a team-a/e"},
		{name: "an empty list of its own, too", annotations: "swage.dev/templates=", driver: driver("swage.dev/templates=b"), want: "team-a/d team-a/e"},
		{name: "a driver takes nobody's", role: Driver, driver: driver("swage.dev/templates=b"), want: "team-a/d team-a/e"},
		{name: "shape is never inherited", driver: driver("swage.dev/shape=false"), want: "team-a/d team-a/e"},
		{name: "shape false: named and enforced apply, defaults do not", annotations: "swage.dev/shape=false; swage.dev/templates=a", want: "team-a/a team-a/e"},
		{name: "shape true says nothing", annotations: "swage.dev/shape=true", want: "team-a/d team-a/e"},
		{name: "shape is true or false", annotations: "swage.dev/shape=no", want: "team-a/d team-a/e", tells: "annotation swage.dev/shape is neither true nor false: ignored"},
		{name: "at most 16 names", annotations: "swage.dev/templates=" + strings.Repeat("a,", 17), verdict: DeniedMissingTemplate, tells: "annotation swage.dev/templates lists 17 templates, the limit is 16"},
		{name: "sixteen are fine", annotations: "swage.dev/templates=" + strings.Repeat("a,", 16), want: "team-a/d team-a/a team-a/e"},
		{name: "a template of another mode cannot be asked for", annotations: "swage.dev/templates=d", verdict: DeniedMissingTemplate, tells: `template team-a/d has mode "default": only named templates can be asked for`},
		{name: "a named template that does not select the pod denies it", annotations: "swage.dev/templates=picky", verdict: DeniedMissingTemplate, tells: "named template team-a/picky does not select pods like this one"},
		{name: "one that selects it applies", annotations: "swage.dev/templates=picky", labels: "team=risk", want: "team-a/d team-a/picky team-a/e"},
		{name: "a named template that does not select the namespace denies it", annotations: "swage.dev/templates=far", verdict: DeniedMissingTemplate, tells: "named template swage-system/far does not select this namespace"},
		{name: "a broken one denies it", annotations: "swage.dev/templates=broken", verdict: DeniedBrokenTemplate, tells: "named template team-a/broken does not load"},
		{
			name: "names that do not exist are told, with those that do", annotations: "swage.dev/templates=x,a,y", verdict: DeniedMissingTemplate, missing: []string{"x", "y"},
			tells: "annotation swage.dev/templates: no named template x, y in namespace team-a or the system namespace: there are a, b, broken, c, far, picky",
		},
		{name: "whose list it was is told", driver: driver("swage.dev/templates=x"), verdict: DeniedMissingTemplate, missing: []string{"x"}, tells: "annotation swage.dev/templates of the driver: no named template x"},
	} {
		s.shelves = shelves
		t.Run(s.name, s.check)
	}
	t.Run("without any named template that is told", func(t *testing.T) {
		choice{name: "", annotations: "swage.dev/templates=x", verdict: DeniedMissingTemplate, missing: []string{"x"}, tells: "there are none"}.check(t)
	})
}

func TestR8MissingDrivers(t *testing.T) {
	const owned = `{"metadata":{"labels":{"spark-role":"executor"},"ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"pi-driver","uid":"u","controller":true}]},"spec":{}}`
	pod, err := ParsePod([]byte(owned))
	if err != nil {
		t.Fatal(err)
	}
	result := NewShaper(Options{}).Shape(Request{Pod: pod, Namespace: "team-a", DriverMissing: true})
	if result.Verdict != DeniedMissingDriver || !strings.Contains(result.Reason, "driver pi-driver does not exist any more") {
		t.Errorf("%s: %s", result.Verdict, result.Reason)
	}
	choice{role: Driver}.check(t)
	req := choice{role: Driver}.request(t)
	req.DriverMissing = true
	if result := NewShaper(Options{}).Shape(req); !result.Verdict.Allowed() {
		t.Errorf("a driver needs no driver: %s", result.Verdict)
	}
}
