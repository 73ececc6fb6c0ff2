package store

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/metadata/metadatainformer"
	"k8s.io/client-go/tools/cache"

	"swage.dev/swage/podtemplate"
)

var pods = schema.GroupVersionResource{Version: "v1", Resource: "pods"}

// byApplication is the index of driver pods by namespace and application.
const byApplication = "application"

// drivers finds the driver of an executor. The informer knows the pods that say
// they are drivers; in client mode the driver is any pod, with any labels, so a
// pod that the informer does not know is asked for.
type drivers struct {
	informer cache.SharedIndexInformer
	byOwner  *lookup[metav1.PartialObjectMetadata]
	byApp    *lookup[metav1.PartialObjectMetadata]
}

func newDrivers(opts Options, allowed *allowance) (*drivers, error) {
	informer := metadatainformer.NewFilteredMetadataInformer(opts.Metadata, pods, opts.Namespace, 0,
		cache.Indexers{byApplication: indexByApplication},
		func(list *metav1.ListOptions) { list.LabelSelector = driverLabels("").String() }).Informer()
	d := &drivers{
		informer: informer,
		byOwner:  newLookup("the driver", opts, allowed, ownerGetter(opts.Metadata)),
		byApp:    newLookup("the driver of application", opts, allowed, applicationGetter(opts.Metadata)),
	}
	return d, informer.SetTransform(stripPod)
}

// of returns what an executor takes from its driver. Without a driver info is
// nil; missing says that the executor names one that does not exist any more.
func (d *drivers) of(ctx context.Context, executor *podtemplate.Pod, namespace string) (info *podtemplate.DriverInfo, missing bool, err error) {
	owner := executor.Controller()
	switch {
	case owner.IsPod():
		pod, err := d.owner(ctx, key{namespace, owner.Name, owner.UID})
		return driverInfo(pod), pod == nil && err == nil, err
	case isReplicator(owner):
		pod, err := d.application(ctx, namespace, executor.Label(podtemplate.AppIDLabel))
		return driverInfo(pod), false, err
	}
	return nil, false, nil
}

// isReplicator tells whether the controller is one that Spark's other executor
// allocators use (StatefulSet) or a Connect server's chart (ReplicaSet): these
// stand between the driver and its executors, so the application's id has to tell.
func isReplicator(owner *podtemplate.Owner) bool {
	return owner != nil && owner.APIVersion == "apps/v1" && (owner.Kind == "StatefulSet" || owner.Kind == "ReplicaSet")
}

func driverInfo(pod *metav1.PartialObjectMetadata) *podtemplate.DriverInfo {
	if pod == nil {
		return nil
	}
	return &podtemplate.DriverInfo{Labels: pod.Labels, Annotations: pod.Annotations}
}

// owner finds the pod of that name and uid. One of the same name and another
// uid proves nothing: the informer may be behind.
func (d *drivers) owner(ctx context.Context, k key) (*metav1.PartialObjectMetadata, error) {
	obj, _, err := d.informer.GetIndexer().GetByKey(k.namespace + "/" + k.name)
	if pod, ok := obj.(*metav1.PartialObjectMetadata); ok && err == nil && string(pod.UID) == k.uid {
		return pod, nil
	}
	if !validName(k.name) {
		return nil, nil
	}
	return d.byOwner.get(ctx, k.namespace, k)
}

func ownerGetter(client metadata.Interface) func(context.Context, key) (*metav1.PartialObjectMetadata, error) {
	return func(ctx context.Context, k key) (*metav1.PartialObjectMetadata, error) {
		pod, err := client.Resource(pods).Namespace(k.namespace).Get(ctx, k.name, metav1.GetOptions{})
		if apierrors.IsNotFound(err) || (err == nil && string(pod.UID) != k.uid) {
			return nil, nil
		}
		return pod, err
	}
}

// application finds the one driver pod of an application; several are as good as none.
func (d *drivers) application(ctx context.Context, namespace, id string) (*metav1.PartialObjectMetadata, error) {
	if driverLabels(id).Empty() || id == "" {
		return nil, nil
	}
	known, err := d.informer.GetIndexer().ByIndex(byApplication, namespace+"/"+id)
	if err != nil {
		return nil, fmt.Errorf("driver pods of %s/%s: %w", namespace, id, err)
	}
	switch len(known) {
	case 0:
		return d.byApp.get(ctx, namespace, key{namespace: namespace, name: id})
	case 1:
		return known[0].(*metav1.PartialObjectMetadata), nil
	}
	return nil, nil
}

func applicationGetter(client metadata.Interface) func(context.Context, key) (*metav1.PartialObjectMetadata, error) {
	return func(ctx context.Context, k key) (*metav1.PartialObjectMetadata, error) {
		list, err := client.Resource(pods).Namespace(k.namespace).List(ctx, metav1.ListOptions{
			LabelSelector: driverLabels(k.name).String(), Limit: 2,
		})
		if err != nil || len(list.Items) != 1 {
			return nil, err
		}
		return &list.Items[0], nil
	}
}

// driverLabels selects driver pods, those of one application if id is given.
// For an id that is no label value it returns an empty selector.
func driverLabels(id string) labels.Selector {
	set := labels.Set{podtemplate.RoleLabel: string(podtemplate.Driver)}
	if id != "" {
		set[podtemplate.AppIDLabel] = id
	}
	selector, err := set.AsValidatedSelector()
	if err != nil {
		return labels.Everything()
	}
	return selector
}

func indexByApplication(obj any) ([]string, error) {
	pod, ok := obj.(*metav1.PartialObjectMetadata)
	if !ok || pod.Labels[podtemplate.AppIDLabel] == "" {
		return nil, nil
	}
	return []string{pod.Namespace + "/" + pod.Labels[podtemplate.AppIDLabel]}, nil
}

// stripPod keeps what executors take from their driver: labels, Swage's own annotations, identity.
func stripPod(obj any) (any, error) {
	pod, ok := obj.(*metav1.PartialObjectMetadata)
	if !ok {
		return obj, nil
	}
	return &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{
		Namespace: pod.Namespace, Name: pod.Name, UID: pod.UID, ResourceVersion: pod.ResourceVersion,
		Labels: pod.Labels, Annotations: ours(pod.Annotations),
	}}, nil
}
