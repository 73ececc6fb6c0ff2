package store

import (
	"context"
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/metadata/metadatainformer"
	"k8s.io/client-go/tools/cache"
)

// ErrUnknownNamespace says that the API server does not know a pod's namespace:
// nobody can tell then which of the system's templates reach the pod.
var ErrUnknownNamespace = errors.New("unknown namespace")

// namespaces knows the labels of namespaces, and which of them are going away.
type namespaces struct {
	informer cache.SharedIndexInformer
	live     *lookup[metav1.PartialObjectMetadata]
}

func newNamespaces(opts Options, allowed *allowance) (*namespaces, error) {
	resource := schema.GroupVersionResource{Version: "v1", Resource: "namespaces"}
	informer := metadatainformer.NewFilteredMetadataInformer(opts.Metadata, resource, "", 0, cache.Indexers{}, nil).Informer()
	n := &namespaces{
		informer: informer,
		live:     newLookup("the namespace", opts, allowed, namespaceGetter(opts.Metadata, resource)),
	}
	return n, informer.SetTransform(stripNamespace)
}

func (n *namespaces) labels(ctx context.Context, name string) (map[string]string, error) {
	namespace, err := n.get(ctx, name)
	if err != nil {
		return nil, err
	}
	return namespace.Labels, nil
}

func (n *namespaces) terminating(ctx context.Context, name string) (bool, error) {
	namespace, err := n.get(ctx, name)
	switch {
	case errors.Is(err, ErrUnknownNamespace):
		return false, nil // not known to be going
	case err != nil:
		return false, err
	}
	return namespace.DeletionTimestamp != nil, nil
}

func (n *namespaces) get(ctx context.Context, name string) (*metav1.PartialObjectMetadata, error) {
	obj, _, err := n.informer.GetIndexer().GetByKey(name)
	if known, ok := obj.(*metav1.PartialObjectMetadata); ok && err == nil {
		return known, nil
	}
	found, err := n.live.get(ctx, name, key{name: name})
	if err != nil {
		return nil, err
	}
	if found == nil {
		return nil, fmt.Errorf("%w %q", ErrUnknownNamespace, name)
	}
	return found, nil
}

func namespaceGetter(client metadata.Interface, resource schema.GroupVersionResource) func(context.Context, key) (*metav1.PartialObjectMetadata, error) {
	return func(ctx context.Context, k key) (*metav1.PartialObjectMetadata, error) {
		found, err := client.Resource(resource).Get(ctx, k.name, metav1.GetOptions{})
		if apierrors.IsNotFound(err) {
			return nil, nil
		}
		return found, err
	}
}

func stripNamespace(obj any) (any, error) {
	namespace, ok := obj.(*metav1.PartialObjectMetadata)
	if !ok {
		return obj, nil
	}
	return &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{
		Name: namespace.Name, ResourceVersion: namespace.ResourceVersion, Labels: namespace.Labels,
		DeletionTimestamp: namespace.DeletionTimestamp,
	}}, nil
}
