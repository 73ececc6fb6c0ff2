package certmanager

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"sigs.k8s.io/yaml"

	"swage.dev/swage/e2e/await"
	"swage.dev/swage/e2e/programs"
)

// Resources of cert-manager's that tests write.
var (
	Certificates = schema.GroupVersionResource{Group: "cert-manager.io", Version: "v1", Resource: "certificates"}
	Issuers      = schema.GroupVersionResource{Group: "cert-manager.io", Version: "v1", Resource: "issuers"}
)

var definitions = schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"}

// InstallTypes creates the CustomResourceDefinitions of cert-manager's module,
// and waits until the API server serves them.
func InstallTypes(ctx context.Context, client dynamic.Interface) error {
	all, err := types(ctx)
	if err != nil {
		return err
	}
	for _, one := range all {
		_, err := client.Resource(definitions).Create(ctx, one, metav1.CreateOptions{})
		if err != nil && !apierrors.IsAlreadyExists(err) {
			return fmt.Errorf("install cert-manager's types: %w", err)
		}
	}
	return await.Effect(ctx, servedEvery, func(ctx context.Context) error { return served(ctx, client, all) })
}

const servedEvery = 20 * time.Millisecond

// types are in files beside cert-manager's code.
func types(ctx context.Context) (all []*unstructured.Unstructured, err error) {
	dir, err := programs.ModuleDir(ctx, programs.Options{}, programs.CertManager)
	if err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(dir, "deploy/crds/*.yaml"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no types of cert-manager in %s: %w", dir, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		one := new(unstructured.Unstructured)
		if err := yaml.Unmarshal(text, &one.Object); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, one)
	}
	return all, nil
}

func served(ctx context.Context, client dynamic.Interface, all []*unstructured.Unstructured) error {
	for _, one := range all {
		now, err := client.Resource(definitions).Get(ctx, one.GetName(), metav1.GetOptions{})
		if err != nil {
			return err
		}
		if !hasCondition(now, "Established") {
			return fmt.Errorf("%s is not served yet", one.GetName())
		}
	}
	return nil
}

func hasCondition(object *unstructured.Unstructured, kind string) bool {
	conditions, _, _ := unstructured.NestedSlice(object.Object, "status", "conditions")
	for _, c := range conditions {
		if c, ok := c.(map[string]any); ok && c["type"] == kind && c["status"] == "True" {
			return true
		}
	}
	return false
}

func removeTypes(ctx context.Context, client dynamic.Interface) error {
	all, err := types(ctx)
	for _, one := range all {
		gone := client.Resource(definitions).Delete(ctx, one.GetName(), metav1.DeleteOptions{})
		if !apierrors.IsNotFound(gone) {
			err = errors.Join(err, gone)
		}
	}
	return err
}
