package submitter

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/podtemplate"
)

// mountVolumes mounts the volumes of the settings and makes the claims that Spark makes.
func (b *build) mountVolumes() error {
	mounted := map[string]bool{}
	for i, v := range b.volumesOf(b.side.volumes) {
		mount, err := v.mount()
		if err != nil {
			return err
		}
		if mounted[mount.MountPath] {
			return refuse("Found duplicated mountPath: '%s'", mount.MountPath)
		}
		mounted[mount.MountPath] = true
		kind, known := volumeKinds[v.kind]
		if !known {
			return refuse("%s: Kubernetes Volume type `%s` is not supported", strings.TrimSuffix(v.prefix, "."), v.kind)
		}
		claim, made, err := b.claimFor(v, i)
		if err != nil {
			return err
		}
		source, err := kind(v, claim)
		if err != nil {
			return err
		}
		b.mount(corev1.Volume{Name: v.name, VolumeSource: b.takeClaim(made, source)}, mount)
	}
	return nil
}

func (v volume) mount() (corev1.VolumeMount, error) {
	none := corev1.VolumeMount{}
	path, err := v.required("mount.path")
	if err != nil {
		return none, err
	}
	subPath, plain := v.settings["mount.subPath"]
	expression, expanded := v.settings["mount.subPathExpr"]
	if !v.release.subPathExpr {
		expression, expanded = "", false
	}
	if plain && expanded {
		return none, refuse("These config options are mutually exclusive: %smount.subPath, %smount.subPathExpr", v.prefix, v.prefix)
	}
	readOnly, err := v.readOnly()
	return corev1.VolumeMount{MountPath: path, SubPath: subPath, SubPathExpr: expression, ReadOnly: readOnly}, err
}

// takeClaim takes a claim that the plan makes among its objects. One that Spark
// names is the driver's own: of a Job's drivers each gets another, with its pod.
// One that the user names is for all of them.
func (b *build) takeClaim(claim *corev1.PersistentVolumeClaim, source corev1.VolumeSource) corev1.VolumeSource {
	if claim == nil {
		return source
	}
	if b.inJob && claim.Name == "" {
		return corev1.VolumeSource{Ephemeral: &corev1.EphemeralVolumeSource{VolumeClaimTemplate: &corev1.PersistentVolumeClaimTemplate{
			ObjectMeta: metav1.ObjectMeta{Labels: claim.Labels, Annotations: claim.Annotations}, Spec: claim.Spec,
		}}}
	}
	b.own(claim)
	return source
}

// claimFor names the claim of a volume, and makes it where class and size say
// so; for a driver that is one of several without a name, where Spark names it.
func (b *build) claimFor(v volume, index int) (name string, made *corev1.PersistentVolumeClaim, err error) {
	if v.kind != "persistentVolumeClaim" {
		return "", nil, nil
	}
	text, err := v.required("options.claimName")
	if err != nil {
		return "", nil, err
	}
	name = b.claimName(text, index)
	size, err := v.size()
	if err != nil {
		return "", nil, err
	}
	class, classed := v.settings["options.storageClass"]
	if !classed || size == nil {
		return name, nil, nil
	}
	mode, err := b.accessMode()
	if err != nil {
		return "", nil, err
	}
	labels, notes := v.metadata("label."), v.metadata("annotation.")
	if err := checkMetadata(v.prefix+"label.", labels, v.prefix+"annotation.", notes); err != nil {
		return "", nil, err
	}
	meta := b.named(name)
	if b.inJob && strings.Contains(text, claimOnDemand) {
		meta.Name = ""
	}
	meta.Labels = merged(labels, b.identity())
	if len(notes) > 0 {
		meta.Annotations = notes
	}
	return name, &corev1.PersistentVolumeClaim{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "PersistentVolumeClaim"}, ObjectMeta: meta,
		Spec: corev1.PersistentVolumeClaimSpec{
			StorageClassName: &class, AccessModes: []corev1.PersistentVolumeAccessMode{mode},
			Resources: corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: *size}},
		},
	}, nil
}

// claimName is a claim's, where the setting leaves it to Spark. That of an
// executor is its own when the text asks for it.
func (b *build) claimName(text string, index int) string {
	if b.side.role == podtemplate.Driver {
		return strings.ReplaceAll(text, claimOnDemand, fmt.Sprintf("%s-driver-pvc-%d", b.prefix, index))
	}
	text = strings.ReplaceAll(text, claimOnDemand, fmt.Sprintf("%s-exec-%s-pvc-%d", b.executorPrefix, executorIDInText, index))
	return strings.ReplaceAll(text, envExecutorID, executorIDInText)
}

func (v volume) metadata(prefix string) map[string]string {
	found := map[string]string{}
	if !v.release.claimMetadata {
		return found
	}
	for key, value := range v.settings {
		if name, ok := strings.CutPrefix(key, prefix); ok {
			found[name] = value
		}
	}
	return found
}

func (b *build) accessMode() (corev1.PersistentVolumeAccessMode, error) {
	legacy, err := b.conf.Bool(keyLegacyAccess, false)
	if legacy || !b.release.onePodClaims {
		return corev1.ReadWriteOnce, err
	}
	return corev1.ReadWriteOncePod, err
}
