package server

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/authentication/user"
	feature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/tools/cache"
	"k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/plugin/pkg/admission/defaulttolerationseconds"
	"k8s.io/kubernetes/plugin/pkg/admission/limitranger"
	"k8s.io/kubernetes/plugin/pkg/admission/priority"
	"k8s.io/kubernetes/plugin/pkg/admission/runtimeclass"
	"k8s.io/kubernetes/plugin/pkg/admission/serviceaccount"
)

// plugin is one of the server's own admission plugins.
type plugin struct {
	name string
	admission.MutationInterface
}

// newPlugins returns the plugins that are on by default and change pods, in the server's order.
func newPlugins(cluster Cluster) ([]plugin, error) {
	limits, err := limitranger.NewLimitRanger(&limitranger.DefaultLimitRangerActions{})
	if err != nil {
		return nil, fmt.Errorf("start LimitRanger: %w", err)
	}
	accounts, classes, runtimes := serviceaccount.NewServiceAccount(), priority.NewPlugin(), runtimeclass.NewRuntimeClass()
	factory := informers.NewSharedInformerFactory(nil, 0)
	for _, wants := range []interface {
		SetExternalKubeInformerFactory(informers.SharedInformerFactory)
		SetReadyFunc(admission.ReadyFunc)
	}{limits, accounts, classes, runtimes} {
		wants.SetExternalKubeInformerFactory(factory)
		wants.SetReadyFunc(func() bool { return true }) // nothing is watched: the caches are filled below
	}
	seconds := defaulttolerationseconds.NewDefaultTolerationSeconds()
	seconds.InspectFeatureGates(feature.DefaultFeatureGate)
	return []plugin{
		{"LimitRanger", limits},
		{"ServiceAccount", accounts},
		{"Priority", classes},
		{"DefaultTolerationSeconds", seconds},
		{"RuntimeClass", runtimes},
	}, fill(factory, cluster)
}

func fill(factory informers.SharedInformerFactory, cluster Cluster) error {
	for _, kind := range []struct {
		informer cache.SharedIndexInformer
		objects  []any
	}{
		{factory.Core().V1().ServiceAccounts().Informer(), anys(accounts())},
		{factory.Core().V1().LimitRanges().Informer(), anys(limitRanges())},
		{factory.Scheduling().V1().PriorityClasses().Informer(), anys(cluster.PriorityClasses())},
		{factory.Node().V1().RuntimeClasses().Informer(), anys(RuntimeClasses())},
	} {
		for _, object := range kind.objects {
			if err := kind.informer.GetIndexer().Add(object); err != nil {
				return fmt.Errorf("fill a plugin's cache: %w", err)
			}
		}
	}
	return nil
}

func anys[T any](list []T) (all []any) {
	for _, element := range list {
		all = append(all, element)
	}
	return all
}

// admit runs the plugin as for a create by an ordinary user, its validation included.
func (p plugin) admit(ctx context.Context, namespace string, pod *core.Pod) error {
	attributes := admission.NewAttributesRecord(
		pod, nil, core.Kind("Pod").WithVersion("v1"), namespace, pod.Name, core.Resource("pods").WithVersion("v1"), "",
		admission.Create, &metav1.CreateOptions{}, false, &user.DefaultInfo{Name: "spark"},
	)
	if err := p.Admit(ctx, attributes, nil); err != nil {
		return err
	}
	if validates, ok := p.MutationInterface.(admission.ValidationInterface); ok {
		return validates.Validate(ctx, attributes, nil)
	}
	return nil
}
