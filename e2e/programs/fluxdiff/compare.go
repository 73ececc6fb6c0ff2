package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/fluxcd/pkg/ssa"
	"github.com/fluxcd/pkg/ssa/jsondiff"
	"github.com/fluxcd/pkg/ssa/normalize"
	"github.com/fluxcd/pkg/ssa/utils"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// The controllers' names as managers of fields.
const (
	kustomizeController = "kustomize-controller"
	helmController      = "helm-controller"
)

func run(ctx context.Context, out io.Writer, kubeconfig string, apply bool) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	c, err := client.New(config, client.Options{})
	if err != nil {
		return err
	}
	objects, err := utils.ReadObjects(os.Stdin)
	if err != nil {
		return err
	}
	if err := normalize.UnstructuredList(objects); err != nil {
		return err
	}
	manager := ssa.NewResourceManager(c, nil, ssa.Owner{Field: kustomizeController, Group: "kustomize.toolkit.fluxcd.io"})
	if apply {
		changes, err := manager.ApplyAll(ctx, objects, ssa.DefaultApplyOptions())
		if err != nil {
			return err
		}
		for _, entry := range changes.Entries {
			fmt.Fprintf(out, "%s: %s\n", kustomizeController, &entry)
		}
		return nil
	}
	for _, object := range objects {
		if err := compare(ctx, out, c, manager, object); err != nil {
			return err
		}
	}
	return nil
}

func compare(ctx context.Context, out io.Writer, c client.Client, manager *ssa.ResourceManager, object *unstructured.Unstructured) error {
	entry, _, _, err := manager.Diff(ctx, object.DeepCopy(), ssa.DefaultDiffOptions())
	if err != nil {
		return err
	}
	if entry.Action != ssa.UnchangedAction {
		fmt.Fprintf(out, "%s: %s\n", kustomizeController, entry)
	}
	diff, err := jsondiff.Unstructured(ctx, c, object, jsondiff.FieldOwner(helmController), jsondiff.MaskSecrets(true), jsondiff.Rationalize(true))
	if err != nil {
		return err
	}
	if diff.Type != jsondiff.DiffTypeNone {
		fmt.Fprintf(out, "%s: %s %s/%s: %s %s\n", helmController, object.GetKind(), object.GetNamespace(), object.GetName(), diff.Type, diff.Patch)
	}
	return nil
}
