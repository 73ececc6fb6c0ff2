//go:build node

package installs_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"

	"swage.dev/swage/podtemplate"
)

// uninstall takes the release away and waits until nothing of it is left.
func (i installation) uninstall(t *testing.T) {
	t.Helper()
	if before := i.left(t); len(before) < 8 {
		t.Fatalf("only %v were installed: this test could not fail", before)
	}
	i.run(t, "uninstall")
	patience.Until(t, "the end of all that was installed", func() error {
		if left := i.left(t); len(left) > 0 {
			return fmt.Errorf("there are still %s", strings.Join(left, ", "))
		}
		return nil
	})
}

// left are the objects of every kind, also those that others made because of the
// release: all in its namespace, and all of the whole cluster that have its name.
func (i installation) left(t *testing.T) (names []string) {
	t.Helper()
	client, err := dynamic.NewForConfig(cluster.Config())
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range kinds(t) {
		list, err := client.Resource(kind).List(t.Context(), metav1.ListOptions{})
		if err != nil {
			if t.Context().Err() == nil && !errors.Is(err, context.Canceled) {
				continue // a type that went away meanwhile
			}
			t.Fatal(err)
		}
		for _, one := range list.Items {
			mine := one.GetNamespace() == i.namespace || one.GetNamespace() == "" && strings.Contains(one.GetName(), i.release)
			_, job := one.GetLabels()[podtemplate.RoleLabel] // where jobs run beside the server
			if mine && !job && !slices.Contains(always(i), kind.Resource+"/"+one.GetName()) {
				names = append(names, kind.Resource+"/"+one.GetName())
			}
		}
	}
	return names
}

// always are those that a namespace has without any installation.
func always(i installation) []string {
	return []string{
		"namespaces/" + i.namespace, "namespaces/" + i.jobs, "configmaps/kube-root-ca.crt", "serviceaccounts/default",
		"configmaps/base", // the template, where jobs run beside the server
	}
}

// kinds are all that can be listed. Events tell of what is gone.
func kinds(t *testing.T) (all []schema.GroupVersionResource) {
	t.Helper()
	lists, err := cluster.Client().Discovery().ServerPreferredResources()
	if err != nil && len(lists) == 0 {
		t.Fatal(err)
	}
	for _, list := range discovery.FilteredBy(discovery.SupportsAllVerbs{Verbs: []string{"list", "delete"}}, lists) {
		group, err := schema.ParseGroupVersion(list.GroupVersion)
		if err != nil {
			t.Fatal(err)
		}
		for _, resource := range list.APIResources {
			if resource.Kind != "Event" {
				all = append(all, group.WithResource(resource.Name))
			}
		}
	}
	return all
}
