package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/kubernetes"
)

// namespace is where the captured spark-submits ran.
const namespace = "default"

// apply does what these two commands do:
//
//	kubectl apply -f deploy/examples/namespaces.yaml -f deploy/examples/system
//	kubectl apply -n default -f deploy/examples/templates
//
// and makes the accounts, which controllers make in a whole cluster.
func apply(ctx context.Context, client kubernetes.Interface, examples string) (templates int, err error) {
	files, err := filepath.Glob(filepath.Join(examples, "*", "*.yaml"))
	if err != nil {
		return 0, err
	}
	for _, file := range append([]string{filepath.Join(examples, "namespaces.yaml")}, files...) {
		if filepath.Base(filepath.Dir(file)) == "pods" {
			continue
		}
		count, err := applyFile(ctx, client, file)
		if err != nil {
			return 0, err
		}
		templates += count
	}
	for _, name := range []string{"default", "spark"} {
		account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: name}}
		if _, err := client.CoreV1().ServiceAccounts(namespace).Create(ctx, account, metav1.CreateOptions{}); err != nil {
			return 0, err
		}
	}
	return templates, nil
}

// applyFile applies the objects of a file and returns how many templates they were.
func applyFile(ctx context.Context, client kubernetes.Interface, file string) (templates int, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	documents := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
	for {
		document, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return templates, nil
		}
		if err != nil {
			return templates, err
		}
		var object metav1.PartialObjectMetadata
		if err := yaml.Unmarshal(document, &object); err != nil {
			return templates, err
		}
		if err := applyObject(ctx, client, &object, document); err != nil {
			return templates, err
		}
		if object.Kind == "ConfigMap" {
			templates++
		}
	}
}

func applyObject(ctx context.Context, client kubernetes.Interface, object *metav1.PartialObjectMetadata, document []byte) error {
	opts := metav1.PatchOptions{FieldManager: "kubectl", Force: new(true)}
	request := client.CoreV1().RESTClient().Patch(types.ApplyYAMLPatchType).Name(object.Name).VersionedParams(&opts, metav1.ParameterCodec).Body(document)
	if object.Kind == "Namespace" {
		return request.Resource("namespaces").Do(ctx).Error()
	}
	in := object.Namespace
	if in == "" {
		in = namespace
	}
	return request.Namespace(in).Resource("configmaps").Do(ctx).Error()
}
