package apiserver

import (
	"net/url"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// Object is any object of the API.
type Object interface {
	runtime.Object
	metav1.Object
}

// Ref says which object is meant or, without a name, which kind of objects.
type Ref struct {
	APIVersion, Kind string
	// Namespace is "" for all namespaces, and for what has none.
	Namespace string
	Name      string
}

// RefTo is where an object is. The object says its kind and version.
func RefTo(o Object) Ref {
	version, kind := o.GetObjectKind().GroupVersionKind().ToAPIVersionAndKind()
	return Ref{APIVersion: version, Kind: kind, Namespace: o.GetNamespace(), Name: o.GetName()}
}

// PodRef is a pod, without a name all pods of a namespace.
func PodRef(namespace, name string) Ref {
	return Ref{APIVersion: "v1", Kind: "Pod", Namespace: namespace, Name: name}
}

// JobRef is a Job, without a name all Jobs of a namespace.
func JobRef(namespace, name string) Ref {
	return Ref{APIVersion: "batch/v1", Kind: "Job", Namespace: namespace, Name: name}
}

// CronJobRef is a CronJob, without a name all CronJobs of a namespace.
func CronJobRef(namespace, name string) Ref {
	return Ref{APIVersion: "batch/v1", Kind: "CronJob", Namespace: namespace, Name: name}
}

// Resource is how the API calls the objects of a kind in paths.
func Resource(kind string) string {
	lower := strings.ToLower(kind)
	if stem, found := strings.CutSuffix(lower, "y"); found {
		return stem + "ies" // networkpolicies
	}
	if strings.HasSuffix(lower, "s") {
		return lower + "es" // ingresses
	}
	return lower + "s"
}

// path is where the API has it.
func (r Ref) path() string {
	root := "/apis/"
	if !strings.Contains(r.APIVersion, "/") {
		root = "/api/"
	}
	place := root + r.APIVersion
	if r.Namespace != "" {
		place += "/namespaces/" + url.PathEscape(r.Namespace)
	}
	place += "/" + Resource(r.Kind)
	if r.Name != "" {
		place += "/" + url.PathEscape(r.Name)
	}
	return place
}
