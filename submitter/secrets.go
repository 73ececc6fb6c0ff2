package submitter

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// mountSecrets mounts the Secrets of spark.kubernetes.{driver,executor}.secrets.NAME=PATH.
func (b *build) mountSecrets() error {
	secrets := b.conf.Prefixed(b.side.secrets)
	for _, name := range slices.Sorted(maps.Keys(secrets)) {
		b.mount(secretVolume(name+"-volume", name), corev1.VolumeMount{MountPath: secrets[name]})
	}
	return nil
}

// secretEnv sets the variables of spark.kubernetes.{driver,executor}.secretKeyRef.ENV=SECRET:KEY.
func (b *build) secretEnv() error {
	refs := b.conf.Prefixed(b.side.keyRefs)
	for _, env := range slices.Sorted(maps.Keys(refs)) {
		parts := strings.Split(refs[env], ":")
		if len(parts) != 2 {
			return refuse("%s%s is %q: SecretKeyRef must be in the form name:key.", b.side.keyRefs, env, refs[env])
		}
		b.container.Env = append(b.container.Env, corev1.EnvVar{Name: env, ValueFrom: &corev1.EnvVarSource{
			SecretKeyRef: &corev1.SecretKeySelector{LocalObjectReference: corev1.LocalObjectReference{Name: parts[0]}, Key: parts[1]},
		}})
	}
	return nil
}
