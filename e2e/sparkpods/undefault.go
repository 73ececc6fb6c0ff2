package sparkpods

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// undefault takes away what Spark does not send and the API server filled in:
// by defaulting, and by its plugins Priority, ServiceAccount and
// DefaultTolerationSeconds. What Spark itself sets to the default (ports'
// protocols, modes of files, restartPolicy) stays.
func undefault(pod *corev1.Pod) {
	spec := &pod.Spec
	spec.Priority, spec.PreemptionPolicy = nil, nil
	spec.Tolerations = nil
	spec.DNSPolicy, spec.SchedulerName = "", ""
	spec.EnableServiceLinks, spec.TerminationGracePeriodSeconds = nil, nil
	spec.SecurityContext = nil
	spec.Volumes = slices.DeleteFunc(spec.Volumes, func(v corev1.Volume) bool { return token(v.Name) })
	for i := range spec.Containers {
		c := &spec.Containers[i]
		c.TerminationMessagePath, c.TerminationMessagePolicy = "", ""
		c.VolumeMounts = slices.DeleteFunc(c.VolumeMounts, func(m corev1.VolumeMount) bool { return token(m.Name) })
	}
}

// token tells whether a volume is that of the service account's token.
func token(volume string) bool { return strings.HasPrefix(volume, "kube-api-access-") }
