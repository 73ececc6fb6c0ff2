package doctor

import (
	"crypto/x509"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/version"
)

// Facts are what was read of a cluster.
type Facts struct {
	// Now is when.
	Now time.Time
	// Version is that of this program, "" for not known.
	Version string

	Kubernetes Read[version.Info]
	Mutating   Read[[]admissionv1.MutatingWebhookConfiguration]
	Validating Read[[]admissionv1.ValidatingWebhookConfiguration]
	// Policies are the MutatingAdmissionPolicies that have a binding. None where the API server does not serve them.
	Policies   Read[[]Policy]
	Namespaces Read[[]metav1.PartialObjectMetadata]
	Nodes      Read[[]Node]
	// Templates are the ConfigMaps with the label of templates, of all namespaces.
	Templates Read[[]corev1.ConfigMap]
	// Counters are the API server's own metrics.
	Counters Read[Samples]

	Installations []Installation
	// Uncalled are the Services of Deployments with Swage's labels that are no installations: see Places.
	Uncalled []Place
	// Spark is what was asked about Spark's accounts; nil for nothing.
	Spark *Spark
}

// Installation is one server of Swage.
type Installation struct {
	Place
	// Deployments, Service, Slices and Budgets are of its namespace. The Service is nil where there is none.
	Deployments Read[[]appsv1.Deployment]
	Service     Read[*corev1.Service]
	Slices      Read[[]discoveryv1.EndpointSlice]
	Budgets     Read[[]policyv1.PodDisruptionBudget]
	// Pods are the replicas.
	Pods Read[[]corev1.Pod]
	// Metrics are what ready replicas say of themselves, by pod.
	Metrics Read[map[string]Samples]
	// Served are the certificates that it serves.
	Served Read[[]Served]
	// Answer is what became of a Spark pod that was created by dry run.
	Answer Read[Answer]
	// Rights are what the server's account was asked about: see ServerRights.
	Rights Read[[]Asked]
}

// Served is a chain of certificates, the leaf first.
type Served struct {
	// By says who serves it, or where it is kept.
	By    string
	Chain []*x509.Certificate
}

// Answer is what the API server made of a Spark pod, created by dry run.
type Answer struct {
	// Namespace is where; "" says that the registration reaches no namespace.
	Namespace string
	// Passed says that the pod would have been created without asking the server.
	Passed bool
	// Code and Refusal are the API server's, for a pod that it refused. Code is 0 for one that it took.
	Code    int32
	Refusal string
}

// Asked is a right, and whether somebody has it.
type Asked struct {
	Right
	Allowed bool
}

// Spark is what was asked about Spark's accounts in a namespace.
type Spark struct {
	Namespace string
	// Account is the service account of drivers; "" for not asked.
	Account string
	// Exists says whether there is such an account.
	Exists Read[bool]
	// Driver is what Account may do of DriverRights.
	Driver Read[[]Asked]
	// Submitter is a service account that submits; "" for whoever asks.
	Submitter string
	// Submit is what the submitter may do of SubmitRights.
	Submit Read[[]Asked]
}
