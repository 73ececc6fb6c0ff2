package server

import (
	corev1 "k8s.io/api/core/v1"
	nodev1 "k8s.io/api/node/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// The namespaces of every cluster: in Limited a LimitRange fills in resources.
const (
	Plain   = "plain"
	Limited = "limited"
)

// Cluster is what the plugins look up.
type Cluster struct {
	// GlobalPriority makes the class "low" the cluster's default class. Default false.
	GlobalPriority bool
}

func named(namespace, name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: namespace, Name: name}
}

// ServiceAccounts of a namespace: default and spark; Spark's has a pull secret of its own.
func ServiceAccounts(namespace string) []*corev1.ServiceAccount {
	return []*corev1.ServiceAccount{
		{ObjectMeta: named(namespace, "default")},
		{ObjectMeta: named(namespace, "spark"), ImagePullSecrets: []corev1.LocalObjectReference{{Name: "of-spark"}}},
	}
}

// LimitRange fills in resources.
func LimitRange(namespace string) *corev1.LimitRange {
	return &corev1.LimitRange{ObjectMeta: named(namespace, "defaults"), Spec: corev1.LimitRangeSpec{Limits: []corev1.LimitRangeItem{{
		Type:    corev1.LimitTypeContainer,
		Default: corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("2"), corev1.ResourceMemory: resource.MustParse("2Gi")},
		// As the API server defaults it: what has a default limit has a default request.
		DefaultRequest: corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("100m"), corev1.ResourceMemory: resource.MustParse("2Gi")},
	}}}}
}

// PriorityClasses are the classes of a cluster: the low one never preempts.
func (c Cluster) PriorityClasses() []*schedulingv1.PriorityClass {
	never := corev1.PreemptNever
	return []*schedulingv1.PriorityClass{
		{ObjectMeta: named("", "low"), Value: 10, GlobalDefault: c.GlobalPriority, PreemptionPolicy: &never},
		{ObjectMeta: named("", "high"), Value: 1000},
	}
}

// RuntimeClasses are one that brings overhead and scheduling, and one that brings nothing.
func RuntimeClasses() []*nodev1.RuntimeClass {
	return []*nodev1.RuntimeClass{
		{ObjectMeta: named("", "plain"), Handler: "runc"},
		{
			ObjectMeta: named("", "kata"), Handler: "kata",
			Overhead: &nodev1.Overhead{PodFixed: corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("250m")}},
			Scheduling: &nodev1.Scheduling{
				NodeSelector: map[string]string{"runtime": "kata"},
				Tolerations:  []corev1.Toleration{{Key: "runtime", Operator: corev1.TolerationOpEqual, Value: "kata", Effect: corev1.TaintEffectNoSchedule}},
			},
		},
	}
}

// accounts are those of all namespaces.
func accounts() []*corev1.ServiceAccount {
	return append(ServiceAccounts(Plain), ServiceAccounts(Limited)...)
}

// limitRanges: the empty one keeps the plugin from asking a server that is not there.
func limitRanges() []*corev1.LimitRange {
	return []*corev1.LimitRange{{ObjectMeta: named(Plain, "none")}, LimitRange(Limited)}
}
