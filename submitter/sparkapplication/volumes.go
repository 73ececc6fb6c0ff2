package sparkapplication

import (
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// takeVolumeMounts mounts volumes of the manifest, or of the template, into
// Spark's container.
func (p *pod) takeVolumeMounts() {
	for i, at := range p.spec.VolumeMounts {
		volume := p.m.volume(at.Name)
		switch {
		case volume != nil && p.byExecutor(volume):
			p.mountBySettings(volume, at)
		case volume != nil:
			p.mount("volumeMounts", *volume, at)
		case p.hasVolume(at.Name):
			p.mountAt("volumeMounts", at)
		default:
			p.m.invalid(p.field("volumeMounts."+strconv.Itoa(i)), "no volume is called %q", at.Name)
		}
	}
}

// volume is one of the manifest's, nil if there is none of the name.
func (m *mapping) volume(name string) *corev1.Volume {
	i := slices.IndexFunc(m.spec.Volumes, func(v corev1.Volume) bool { return v.Name == name })
	if i < 0 {
		return nil
	}
	return &m.spec.Volumes[i]
}

// byExecutor tells of a claim that Spark makes or names for each executor, by
// its settings only.
func (p *pod) byExecutor(v *corev1.Volume) bool {
	claim := v.PersistentVolumeClaim
	if claim == nil {
		return false
	}
	for key := range p.m.app.Line.Conf {
		if strings.HasPrefix(key, p.claimSettings(v.Name)) {
			return true
		}
	}
	return claim.ClaimName == "OnDemand" || strings.Contains(claim.ClaimName, "SPARK_EXECUTOR_ID")
}

func (p *pod) claimSettings(name string) string {
	return p.side.kubernetes + "volumes.persistentVolumeClaim." + name + "."
}

func (p *pod) mountBySettings(v *corev1.Volume, at corev1.VolumeMount) {
	prefix := p.claimSettings(v.Name)
	field := p.field("volumeMounts")
	p.m.set(field, prefix+"options.claimName", v.PersistentVolumeClaim.ClaimName)
	p.m.set(field, prefix+"mount.path", at.MountPath)
	p.m.setGiven(field, prefix+"mount.subPath", at.SubPath)
	if at.ReadOnly || v.PersistentVolumeClaim.ReadOnly {
		p.m.set(field, prefix+"mount.readOnly", "true")
	}
}

// takeOthersVolumes adds the manifest's volumes that other containers mount,
// and those that the template's Spark container mounts.
func (p *pod) takeOthersVolumes() {
	spec := &p.template.Spec
	for _, c := range slices.Concat(spec.InitContainers, spec.Containers, []corev1.Container{*p.spark}) {
		for _, at := range c.VolumeMounts {
			if volume := p.m.volume(at.Name); volume != nil && !p.hasVolume(at.Name) {
				spec.Volumes = append(spec.Volumes, *volume)
			}
		}
	}
}
