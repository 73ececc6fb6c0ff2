package generate

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/podtemplate/schema"
)

// Template is one template ConfigMap, drawn.
type Template struct {
	System     bool
	Name       string
	Mode       podtemplate.Mode
	OnConflict podtemplate.OnConflict // empty: the default
	Select     string                 // empty: every pod
	Regular    bool                   // additional containers stay regular ones
	Data       map[string]Object
}

// Rank is the template's place in the ladder: pairs compare by level, then by name.
func (t Template) Rank() (level int, name string) {
	level = map[podtemplate.Mode]int{podtemplate.Default: 0, podtemplate.Named: 2, podtemplate.Enforced: 3}[t.Mode]
	switch {
	case t.Mode == podtemplate.Default && !t.System:
		level = 1
	case t.Mode == podtemplate.Enforced && t.System:
		level = 4
	}
	return level, t.Name
}

// Policy is the on-conflict that the template has.
func (t Template) Policy() podtemplate.OnConflict {
	switch {
	case t.OnConflict != "":
		return t.OnConflict
	case t.Mode == podtemplate.Enforced:
		return podtemplate.Replace
	default:
		return podtemplate.Keep
	}
}

// ConfigMap is the template as it is in the cluster.
func (t Template) ConfigMap(namespace string) *corev1.ConfigMap {
	if t.System {
		namespace = podtemplate.DefaultSystemNamespace
	}
	cm := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{
		Namespace: namespace, Name: t.Name, Annotations: map[string]string{},
		Labels: map[string]string{podtemplate.TemplateLabel: string(t.Mode)},
	}, Data: map[string]string{}}
	if t.OnConflict != "" {
		cm.Annotations[podtemplate.OnConflictAnnotation] = string(t.OnConflict)
	}
	if t.Select != "" {
		cm.Annotations[podtemplate.SelectAnnotation] = t.Select
	}
	if t.Regular {
		cm.Annotations[podtemplate.NativeSidecarsAnnotation] = "false"
	}
	for key, body := range t.Data {
		cm.Data[key] = text(body)
	}
	return cm
}

// template draws one template; its name is its number, and says nothing else.
func (d drawer) template(i int) Template {
	t := Template{
		System: rapid.Bool().Draw(d.t, "system"), Name: fmt.Sprintf("t%d", i),
		Mode:    rapid.SampledFrom(podtemplate.Modes()).Draw(d.t, "mode"),
		Regular: rapid.IntRange(0, 4).Draw(d.t, "regular") == 4,
		Data:    map[string]Object{},
	}
	policies := []podtemplate.OnConflict{"", podtemplate.Keep, podtemplate.Replace, podtemplate.Reject}
	if t.Mode == podtemplate.Enforced {
		policies = []podtemplate.OnConflict{"", podtemplate.Replace, podtemplate.Reject}
	}
	t.OnConflict = rapid.SampledFrom(policies).Draw(d.t, "on-conflict")
	if rapid.IntRange(0, 3).Draw(d.t, "selects") == 3 {
		t.Select = rapid.SampledFrom([]string{"team=a", "tier", "spark-role=driver", "team in (a,b),!other"}).Draw(d.t, "select")
	}
	for _, key := range []string{"pod.yaml", "driver.yaml", "executor.yaml"} {
		if key == "pod.yaml" || rapid.IntRange(0, 3).Draw(d.t, key) == 3 {
			t.Data[key] = d.podTemplate()
		}
	}
	return t
}

// podTemplate draws a PodTemplateSpec.
func (d drawer) podTemplate() Object {
	body := Object{}
	if meta := d.object(schema.TypeNamed("ObjectMeta"), 1, Object{}); len(meta) > 0 {
		body["metadata"] = meta
	}
	spec := d.object(schema.TypeNamed("PodSpec"), 4, Object{})
	if resources, ok := spec["resources"].(Object); ok {
		delete(resources, "claims") // the API server refuses them there in every pod
	}
	set(spec, "containers", d.templateContainers([]string{"spark", "*", "c0", "c1", "c2", "spark-kubernetes-driver", "i0"}))
	set(spec, "initContainers", d.templateContainers([]string{"i0", "*", "i1", "c1"}))
	if len(spec) > 0 {
		body["spec"] = spec
	}
	return body
}

func (d drawer) templateContainers(names []string) (list []any) {
	picked := rapid.SliceOfNDistinct(rapid.SampledFrom(names), 0, 2, rapid.ID[string]).Draw(d.t, "containers")
	for _, name := range picked {
		list = append(list, d.container(name, name[0] == 'c' && rapid.Bool().Draw(d.t, "image")))
	}
	return list
}
