package sparkapplication

import (
	"cmp"
	"reflect"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
)

// side is one of the two kinds of pods: how the manifest and Spark call it.
type side struct {
	// name is the member of spec.
	name string
	// containers are the names that Spark's container may have; the first is Spark's own.
	containers []string
	// settings begin the names of settings that Spark has for both.
	spark, kubernetes, env, account string
}

var (
	driverSide = &side{
		name: "driver", containers: []string{"spark-kubernetes-driver"},
		spark: "spark.driver.", kubernetes: "spark.kubernetes.driver.", env: "spark.kubernetes.driverEnv.",
		account: "spark.kubernetes.authenticate.driver.serviceAccountName",
	}
	executorSide = &side{
		name: "executor", containers: []string{"spark-kubernetes-executor", "executor"},
		spark: "spark.executor.", kubernetes: "spark.kubernetes.executor.", env: "spark.executorEnv.",
		account: "spark.kubernetes.authenticate.executor.serviceAccountName",
	}
)

// pod is the pod template of one side in the making: what the manifest's own
// template says, and the fields over it.
type pod struct {
	m        *mapping
	side     *side
	spec     *podSpec
	template *corev1.PodTemplateSpec
	spark    *corev1.Container // Spark's, not yet in the template
	touched  bool
}

func (m *mapping) newPod(s *side) *pod {
	p := &pod{m: m, side: s, spec: &m.spec.Driver.podSpec, template: &corev1.PodTemplateSpec{}, spark: &corev1.Container{Name: s.containers[0]}}
	if s == executorSide {
		p.spec = &m.spec.Executor.podSpec
	}
	return p
}

// field is the path of a field of this side.
func (p *pod) field(name string) string { return p.side.name + "." + name }

// takeTemplate begins with the manifest's template. Spark's container is the one
// that is called so, else the first, as for Spark.
func (p *pod) takeTemplate() {
	if p.spec.Template == nil {
		return
	}
	p.touched = true
	p.template = p.spec.Template.DeepCopy()
	containers := p.template.Spec.Containers
	if len(containers) == 0 {
		return
	}
	names := p.side.containers
	if named := p.m.app.Line.Conf[p.containerSetting()]; named != "" {
		names = []string{named}
	}
	chosen := slices.IndexFunc(containers, func(c corev1.Container) bool { return slices.Contains(names, c.Name) })
	if chosen < 0 {
		chosen = 0
		p.m.warn(p.field("template"), "no container is called %s: the first, %q, is taken for Spark's", names[0], containers[0].Name)
	}
	*p.spark = containers[chosen]
	p.spark.Name = cmp.Or(p.spark.Name, p.side.containers[0])
	p.template.Spec.Containers = slices.Delete(containers, chosen, chosen+1)
}

// containerSetting says which container of a template is Spark's.
func (p *pod) containerSetting() string { return p.side.kubernetes + "podTemplateContainerName" }

// done is the template, nil if it says nothing.
func (p *pod) done() *corev1.PodTemplateSpec {
	if !p.touched {
		return nil
	}
	if conf := p.m.app.Line.Conf; conf[p.containerSetting()] != "" {
		conf[p.containerSetting()] = p.spark.Name
	}
	p.template.Spec.Containers = append([]corev1.Container{*p.spark}, p.template.Spec.Containers...)
	return p.template
}

// give puts a field's value where the template has its own. The field is stronger.
func give[T any](p *pod, field string, at *T, value T) {
	if reflect.ValueOf(&value).Elem().IsZero() {
		return
	}
	p.touched = true
	if earlier := *at; !reflect.ValueOf(&earlier).Elem().IsZero() && !equality.Semantic.DeepEqual(earlier, value) {
		p.m.warn(p.field(field), "it replaces what %s says", p.field("template"))
	}
	*at = value
}

// giveEach adds the elements of a field to a list whose elements have a key.
// One that the template has as well is replaced by the field's.
func giveEach[T any, K comparable](p *pod, field string, at *[]T, values []T, key func(T) K) {
	for _, value := range values {
		p.touched = true
		same := slices.IndexFunc(*at, func(t T) bool { return key(t) == key(value) })
		switch {
		case same < 0:
			*at = append(*at, value)
		case !equality.Semantic.DeepEqual((*at)[same], value):
			p.m.warn(p.field(field), "%v is there already, and replaced", key(value))
			(*at)[same] = value
		}
	}
}

// giveAll adds those elements that are not there.
func giveAll[T any](p *pod, at *[]T, values []T) {
	for _, value := range values {
		p.touched = true
		if !slices.ContainsFunc(*at, func(t T) bool { return equality.Semantic.DeepEqual(t, value) }) {
			*at = append(*at, value)
		}
	}
}

// mount adds a volume and where Spark's container finds it.
func (p *pod) mount(field string, volume corev1.Volume, at corev1.VolumeMount) {
	at.Name = volume.Name
	giveEach(p, field, &p.template.Spec.Volumes, []corev1.Volume{volume}, volumeName)
	p.mountAt(field, at)
}

// mountAt refuses two things at one place, which the API server would refuse.
func (p *pod) mountAt(field string, at corev1.VolumeMount) {
	for _, other := range p.spark.VolumeMounts {
		if other.MountPath == at.MountPath && !equality.Semantic.DeepEqual(other, at) {
			p.m.invalid(p.field(field), "%s is mounted already, by the volume %s", at.MountPath, other.Name)
			return
		}
	}
	giveAll(p, &p.spark.VolumeMounts, []corev1.VolumeMount{at})
}

func volumeName(v corev1.Volume) string { return v.Name }

func (p *pod) hasVolume(name string) bool {
	return slices.ContainsFunc(p.template.Spec.Volumes, func(v corev1.Volume) bool { return v.Name == name })
}
