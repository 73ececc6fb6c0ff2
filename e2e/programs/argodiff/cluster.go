package main

import (
	"context"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/kube-openapi/pkg/util/proto"
)

// cluster is what Argo CD asks a cluster for.
type cluster struct {
	client dynamic.Interface
	mapper meta.RESTMapper
	parser *managedfields.GvkParser
}

func newCluster(config *rest.Config) (*cluster, error) {
	known, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return nil, err
	}
	c := &cluster{mapper: restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(known))}
	if c.client, err = dynamic.NewForConfig(config); err != nil {
		return nil, err
	}
	schema, err := known.OpenAPISchema()
	if err != nil {
		return nil, err
	}
	models, err := proto.NewOpenAPIData(schema)
	if err != nil {
		return nil, err
	}
	c.parser, err = managedfields.NewGVKParser(models, false)
	return c, err
}

func (c *cluster) resource(object *unstructured.Unstructured) (dynamic.ResourceInterface, error) {
	kind := object.GroupVersionKind()
	mapping, err := c.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if err != nil {
		return nil, err
	}
	if mapping.Scope.Name() == meta.RESTScopeNameRoot {
		return c.client.Resource(mapping.Resource), nil
	}
	return c.client.Resource(mapping.Resource).Namespace(object.GetNamespace()), nil
}

// Run makes a cluster the runner of dry runs.
func (c *cluster) Run(ctx context.Context, object *unstructured.Unstructured, manager string) (string, error) {
	resource, err := c.resource(object)
	if err != nil {
		return "", err
	}
	text, err := object.MarshalJSON()
	if err != nil {
		return "", err
	}
	options := metav1.PatchOptions{FieldManager: manager, Force: new(bool), DryRun: []string{metav1.DryRunAll}}
	*options.Force = true
	stored, err := resource.Patch(ctx, object.GetName(), types.ApplyPatchType, text, options)
	if err != nil {
		return "", err
	}
	text, err = stored.MarshalJSON()
	return string(text), err
}
