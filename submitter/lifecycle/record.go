package lifecycle

import (
	"context"
	"fmt"
	"strconv"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
)

// recorded is what a driver's executors are made of.
func recorded(ctx context.Context, server *apiserver.Server, driver *corev1.Pod) (*submitter.Executors, error) {
	record := &corev1.ConfigMap{}
	ref := apiserver.Ref{APIVersion: "v1", Kind: "ConfigMap", Namespace: driver.Namespace, Name: driver.Annotations[submitter.RecordAnnotation]}
	if err := server.Get(ctx, ref, record); err != nil {
		return nil, fmt.Errorf("reading what executors of %s are made of: %w", driver.Name, err)
	}
	executors, shapedWith, err := submitter.ReadExecutors(record)
	if err == nil && shapedWith != nil {
		executors.Templates, err = ReadTemplates(ctx, server, driver.Namespace, *shapedWith)
	}
	if err != nil {
		return nil, fmt.Errorf("the executors of %s: %w", driver.Name, err)
	}
	return executors, nil
}

// writeNumbers says how many executors a driver is meant to have, and how many
// ordinals are taken. It fails with a conflict when the driver has changed since it was read.
func writeNumbers(ctx context.Context, server *apiserver.Server, driver *corev1.Pod, wanted, claimed int) error {
	patch := map[string]any{"metadata": map[string]any{
		"uid": driver.UID, "resourceVersion": driver.ResourceVersion,
		"annotations": map[string]string{submitter.ExecutorsAnnotation: strconv.Itoa(wanted), submitter.ClaimedAnnotation: strconv.Itoa(claimed)},
	}}
	if _, err := server.PatchPod(ctx, driver.Namespace, driver.Name, patch); err != nil {
		return fmt.Errorf("writing the number of executors to the driver %s: %w", driver.Name, err)
	}
	return nil
}
