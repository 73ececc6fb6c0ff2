package nodetest

import (
	"maps"
	"slices"
	"strconv"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Ports of a driver in client mode, which its headless Service names.
const (
	driverPort       = 7078
	blockManagerPort = 7079
)

// ClientMode runs a job's script in a pod of the test's own, as notebooks do:
// the driver is that pod, without any of the labels that spark-submit gives to
// drivers. Its name is the job's.
func (c *Cluster) ClientMode(t testing.TB, job Job, annotations map[string]string) *Run {
	t.Helper()
	job.setDefaults()
	c.ConfigMap(t, job.Namespace, job.Name+"-script", map[string]string{scriptName: prelude + "\n" + job.Script})
	labels := map[string]string{"app": job.Name}
	service := &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: job.Name},
		Spec: corev1.ServiceSpec{ClusterIP: corev1.ClusterIPNone, Selector: labels, Ports: []corev1.ServicePort{
			{Name: "driver", Port: driverPort, TargetPort: intstr.FromInt32(driverPort)},
			{Name: "blocks", Port: blockManagerPort, TargetPort: intstr.FromInt32(blockManagerPort)},
		}},
	}
	if _, err := c.Client().CoreV1().Services(job.Namespace).Create(t.Context(), service, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	pod := c.notebook(&job)
	pod.Labels, pod.Annotations = labels, annotations
	if _, err := c.Client().CoreV1().Pods(job.Namespace).Create(t.Context(), pod, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	return &Run{cluster: c, job: job, Driver: pod.Name}
}

func (c *Cluster) notebook(job *Job) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: job.Name},
		Spec: corev1.PodSpec{
			ServiceAccountName: DriverAccount, RestartPolicy: corev1.RestartPolicyNever,
			Containers: []corev1.Container{{
				Name: "notebook", Image: c.Spark.Image, Args: c.clientArgs(job),
				VolumeMounts: []corev1.VolumeMount{{Name: "script", MountPath: "/script"}},
			}},
			Volumes: []corev1.Volume{{Name: "script", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{
				LocalObjectReference: corev1.LocalObjectReference{Name: job.Name + "-script"},
			}}}},
		},
	}
}

func (c *Cluster) clientArgs(job *Job) []string {
	conf := job.conf(c)
	maps.Copy(conf, map[string]string{
		"spark.kubernetes.driver.pod.name": job.Name,
		"spark.driver.host":                job.Name + "." + job.Namespace + ".svc",
		"spark.driver.port":                strconv.Itoa(driverPort),
		"spark.driver.bindAddress":         "0.0.0.0",
		"spark.blockManager.port":          strconv.Itoa(blockManagerPort),
	})
	args := []string{"/opt/spark/bin/spark-submit", "--master", "k8s://https://kubernetes.default.svc", "--deploy-mode", "client"}
	for _, key := range slices.Sorted(maps.Keys(conf)) {
		args = append(args, "--conf", key+"="+conf[key])
	}
	return append(args, "/script/"+scriptName)
}
