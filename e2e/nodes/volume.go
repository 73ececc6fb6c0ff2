package nodes

import (
	"path/filepath"

	corev1 "k8s.io/api/core/v1"
)

// EmptyDir is where a pod's volume of that kind is on this machine, unless it is
// in memory. The pod must have a node.
func (c *Cluster) EmptyDir(pod *corev1.Pod, volume string) string {
	return filepath.Join(c.dir.File(pod.Spec.NodeName), "kubelet/pods", string(pod.UID), "volumes/kubernetes.io~empty-dir", volume)
}
