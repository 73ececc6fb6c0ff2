package namenode

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Config is the ConfigMap that Pod mounts.
func (o Options) Config() *corev1.ConfigMap {
	return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: Name}, Data: o.files(folder)}
}

// Secret has the keytab.
func (o Options) Secret() *corev1.Secret {
	return &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: Name}, Data: map[string][]byte{keytab: o.Keytab}}
}

// Pod runs the service in an image of Spark's. It is in the node's own network,
// which reaches both pods and this machine, and is ready when it listens.
func (o Options) Pod(image string) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: Name},
		Spec: corev1.PodSpec{
			HostNetwork: true, RestartPolicy: corev1.RestartPolicyNever, EnableServiceLinks: new(false),
			Containers: []corev1.Container{{
				Name: Name, Image: image, Command: append([]string{"java"}, o.args(folder, "/opt/spark/jars")...),
				VolumeMounts: []corev1.VolumeMount{{Name: Name, MountPath: folder, ReadOnly: true}},
				ReadinessProbe: &corev1.Probe{PeriodSeconds: 1, ProbeHandler: corev1.ProbeHandler{
					TCPSocket: &corev1.TCPSocketAction{Port: intstr.FromInt(o.port())},
				}},
			}},
			Volumes: []corev1.Volume{{Name: Name, VolumeSource: corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{
				Sources: []corev1.VolumeProjection{
					{ConfigMap: &corev1.ConfigMapProjection{LocalObjectReference: corev1.LocalObjectReference{Name: Name}}},
					{Secret: &corev1.SecretProjection{LocalObjectReference: corev1.LocalObjectReference{Name: Name}}},
				},
			}}}},
		},
	}
}
