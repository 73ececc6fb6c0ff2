package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/argoproj/gitops-engine/pkg/diff"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/tools/clientcmd"
)

// controller is Argo CD's name as a manager of fields.
const controller = "argocd-controller"

func run(ctx context.Context, out io.Writer, kubeconfig, way string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	c, err := newCluster(config)
	if err != nil {
		return err
	}
	options, err := c.options(way)
	if err != nil {
		return err
	}
	for reader := yaml.NewYAMLOrJSONDecoder(os.Stdin, 4096); ; {
		wanted := &unstructured.Unstructured{}
		err := reader.Decode(&wanted.Object)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case len(wanted.Object) == 0:
			continue
		}
		if err := c.compare(ctx, out, wanted, options); err != nil {
			return fmt.Errorf("%s %s: %w", wanted.GetKind(), wanted.GetName(), err)
		}
	}
}

func (c *cluster) options(way string) ([]diff.Option, error) {
	options := []diff.Option{diff.WithGVKParser(c.parser), diff.WithManager(controller)}
	switch way {
	case "last-applied":
		return options, nil
	case "managers":
		return append(options, diff.WithStructuredMergeDiff(true)), nil
	case "dry-run":
		return append(options, diff.WithServerSideDiff(true), diff.WithServerSideDryRunner(c)), nil
	}
	return nil, fmt.Errorf("-way is %q", way)
}

func (c *cluster) compare(ctx context.Context, out io.Writer, wanted *unstructured.Unstructured, options []diff.Option) error {
	resource, err := c.resource(wanted)
	if err != nil {
		return err
	}
	live, err := resource.Get(ctx, wanted.GetName(), metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		fmt.Fprintf(out, "%s %s/%s is missing\n", wanted.GetKind(), wanted.GetNamespace(), wanted.GetName())
		return nil
	}
	if err != nil {
		return err
	}
	result, err := diff.Diff(wanted, live, options...)
	if err != nil {
		return err
	}
	if result.Modified {
		fmt.Fprintf(out, "%s %s/%s is out of sync: %s instead of %s\n", wanted.GetKind(), wanted.GetNamespace(), wanted.GetName(), result.NormalizedLive, result.PredictedLive)
	}
	return nil
}
