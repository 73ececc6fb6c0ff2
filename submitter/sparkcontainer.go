package submitter

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/podtemplate"
)

// defaultContainer is kubectl's annotation; service meshes and Spark images set it.
const defaultContainer = "kubectl.kubernetes.io/default-container"

// SparkContainer is the name of a pod's container that runs Spark, whoever made the pod, by the same evidence as
// templates find it (R12), the surest first; "" when nothing tells. Never "the first": a service mesh puts its own there.
func SparkContainer(pod *corev1.Pod) string {
	role := pod.Labels[podtemplate.RoleLabel]
	for _, shows := range []func(*corev1.Container) bool{
		func(c *corev1.Container) bool {
			return len(c.Args) > 0 && (c.Args[0] == string(podtemplate.Driver) || c.Args[0] == string(podtemplate.Executor))
		},
		func(c *corev1.Container) bool {
			return slices.ContainsFunc(c.Env, func(e corev1.EnvVar) bool { return e.Name == envBindAddress || e.Name == envExecutorID })
		},
		func(c *corev1.Container) bool { return c.Name == containerPrefix+role },
		func(c *corev1.Container) bool { return c.Name == pod.Annotations[defaultContainer] },
		func(*corev1.Container) bool { return len(pod.Spec.Containers) == 1 },
	} {
		for i := range pod.Spec.Containers {
			if c := &pod.Spec.Containers[i]; shows(c) {
				return c.Name
			}
		}
	}
	return ""
}
