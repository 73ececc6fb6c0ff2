package main

import (
	"cmp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// steady is a copy of a pod without what differs each time: when and by whom it
// was written, uids, and the suffix that the API server gives the token's volume.
func steady(p *corev1.Pod) *corev1.Pod {
	p = p.DeepCopy()
	p.APIVersion, p.Kind = "v1", "Pod" // clients leave it out
	p.UID, p.ResourceVersion, p.ManagedFields = "", "", nil
	p.CreationTimestamp.Reset()
	for i := range p.OwnerReferences {
		p.OwnerReferences[i].UID = "uid-of-the-driver"
	}
	for i := range p.Spec.Volumes {
		p.Spec.Volumes[i].Name = steadyVolume(p.Spec.Volumes[i].Name)
	}
	for _, containers := range [][]corev1.Container{p.Spec.InitContainers, p.Spec.Containers} {
		for i := range containers {
			for j := range containers[i].VolumeMounts {
				mount := &containers[i].VolumeMounts[j]
				mount.Name = steadyVolume(mount.Name)
			}
		}
	}
	return p
}

func steadyVolume(name string) string {
	if strings.HasPrefix(name, "kube-api-access-") {
		return "kube-api-access-xxxxx"
	}
	return name
}

// unordered is a steady copy in which the lists are sorted to which both
// templates and the API server append: who came first differs between a pod that
// was shaped in a file and one that was shaped on its way.
func unordered(p *corev1.Pod) *corev1.Pod {
	p = steady(p)
	sortBy(p.Spec.Volumes, func(v corev1.Volume) string { return v.Name })
	sortBy(p.Spec.Tolerations, func(t corev1.Toleration) string { return t.Key })
	for _, containers := range [][]corev1.Container{p.Spec.InitContainers, p.Spec.Containers} {
		for i := range containers {
			sortBy(containers[i].VolumeMounts, func(m corev1.VolumeMount) string { return m.MountPath })
		}
	}
	return p
}

func sortBy[T any](list []T, key func(T) string) {
	slices.SortStableFunc(list, func(a, b T) int { return cmp.Compare(key(a), key(b)) })
}
