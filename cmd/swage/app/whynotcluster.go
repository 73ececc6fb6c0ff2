package app

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/validation"

	"swage.dev/swage/cmd/swage/internal/manifest"
	"swage.dev/swage/cmd/swage/internal/offline"
	"swage.dev/swage/cmd/swage/internal/whynot"
	"swage.dev/swage/podtemplate"
	"swage.dev/swage/submitter/apiserver"
)

// fromCluster stands for a file's name in messages.
const fromCluster = "cluster"

func readPod(ctx context.Context, at *place, name string) (*offline.Pods, error) {
	objects, err := read(ctx, at.server, apiserver.PodRef(at.namespace, name), "")
	if apierrors.IsNotFound(err) {
		return nil, fmt.Errorf("no pod %q in namespace %s: one that was refused leaves its client's error and Events (swage events); -f takes one that does not exist", name, at.namespace)
	}
	if err != nil {
		return nil, err
	}
	return offline.NewPods(objects, at.namespace)
}

// read reads an object or, of a Ref without a name, those with labels.
func read(ctx context.Context, server *apiserver.Server, ref apiserver.Ref, selector string) ([]manifest.Object, error) {
	var raw json.RawMessage
	var err error
	if ref.Name != "" {
		err = server.Get(ctx, ref, &raw)
	} else {
		err = server.List(ctx, ref, url.Values{"labelSelector": {selector}}, &raw)
	}
	if err != nil {
		return nil, err
	}
	return manifest.Parse(fromCluster, raw)
}

// walkIn walks the chain of a pod with what the cluster has. What the user may
// not read is unknown in the report; other errors end the walk.
func (q *whyNot) walkIn(cmd *cobra.Command, at *place, pod *offline.Pod, pods *offline.Pods) (*whynot.Report, error) {
	if len(validation.IsDNS1123Label(pod.Namespace)) > 0 {
		return nil, fmt.Errorf("the pod's namespace is %q, which no namespace can be called", pod.Namespace)
	}
	reader := clusterReader{ctx: cmd.Context(), server: at.server}
	objects, unread := reader.objects(apiserver.Ref{APIVersion: "admissionregistration.k8s.io/v1", Kind: "MutatingWebhookConfiguration"}, "")
	all, err := q.sort(cmd, append(objects, reader.namespace(pod.Namespace)...))
	if err != nil {
		return nil, err
	}
	all.unread = unread
	known, err := offline.NewTemplates(all.objects, "")
	if err != nil {
		return nil, err
	}
	own := known.NamespaceLabels(pod.Namespace)
	namespace, service, _ := whynot.Server(all.configurations, pod, own, own != nil)
	system := q.inputs.system
	if !q.system {
		system = cmp.Or(namespace, system)
	}
	maps, missing := reader.templates(pod.Namespace, system)
	more, err := q.sort(cmd, maps)
	if err != nil {
		return nil, err
	}
	all.objects = append(all.objects, more.objects...)
	c := &whynot.Cluster{Configurations: all.configurations, NoConfigurations: all.unread, NoTemplates: missing}
	if c.Templates, system, err = q.templates(all, pod); err != nil {
		return nil, err
	}
	if c.Pods, err = reader.withDriver(pod, pods); err != nil {
		return nil, err
	}
	c.Replicas = reader.replicas(namespace, service)
	if reader.err != nil {
		return nil, reader.err
	}
	return whynot.Walk(c, pod, system), nil
}

// clusterReader keeps the first error that is not about rights.
type clusterReader struct {
	ctx    context.Context //nolint:containedctx // of one walk, which the reader does not outlive
	server *apiserver.Server
	err    error
}

// objects are those that the user may read, else why not.
func (r *clusterReader) objects(ref apiserver.Ref, selector string) (found []manifest.Object, unread string) {
	if r.err != nil {
		return nil, ""
	}
	found, err := read(r.ctx, r.server, ref, selector)
	switch {
	case apierrors.IsForbidden(err):
		where := ""
		if ref.Namespace != "" {
			where = " of namespace " + ref.Namespace
		}
		return nil, fmt.Sprintf("you may not read the %s%s", apiserver.Resource(ref.Kind), where)
	case err != nil && !apierrors.IsNotFound(err):
		r.err = err
	}
	return found, ""
}

func (r *clusterReader) namespace(name string) []manifest.Object {
	found, _ := r.objects(apiserver.Ref{APIVersion: "v1", Kind: "Namespace", Name: name}, "")
	return found
}

func (r *clusterReader) templates(namespace, system string) (maps []manifest.Object, missing string) {
	for _, where := range slices.Compact([]string{namespace, system}) {
		found, unread := r.objects(apiserver.Ref{APIVersion: "v1", Kind: "ConfigMap", Namespace: where}, podtemplate.TemplateLabel)
		maps = append(maps, found...)
		missing = cmp.Or(missing, unread)
	}
	return maps, missing
}

// withDriver is the pods with the driver of an executor, as far as it exists.
func (r *clusterReader) withDriver(pod *offline.Pod, pods *offline.Pods) (*offline.Pods, error) {
	var found []manifest.Object
	switch owner := pod.Controller(); {
	case owner.IsPod() && len(validation.IsDNS1123Subdomain(owner.Name)) == 0:
		found, _ = r.objects(apiserver.PodRef(pod.Namespace, owner.Name), "")
	case owner != nil && pod.Label(podtemplate.AppIDLabel) != "":
		drivers := labels.Set{podtemplate.RoleLabel: string(podtemplate.Driver), podtemplate.AppIDLabel: pod.Label(podtemplate.AppIDLabel)}
		found, _ = r.objects(apiserver.PodRef(pod.Namespace, ""), drivers.String())
	}
	if len(found) == 0 {
		return pods, nil
	}
	more, err := offline.NewPods(found, pod.Namespace)
	if err != nil {
		return nil, err
	}
	return &offline.Pods{All: append(append([]*offline.Pod{}, pods.All...), more.All...)}, nil
}

// replicas are the server's pods, nil where that cannot be told.
func (r *clusterReader) replicas(namespace, name string) *whynot.Replicas {
	if namespace == "" || r.err != nil {
		return nil
	}
	var service corev1.Service
	err := r.server.Get(r.ctx, apiserver.Ref{APIVersion: "v1", Kind: "Service", Namespace: namespace, Name: name}, &service)
	if apierrors.IsNotFound(err) {
		return &whynot.Replicas{}
	}
	if err != nil || len(service.Spec.Selector) == 0 {
		return nil
	}
	list, err := r.server.ListPods(r.ctx, namespace, labels.Set(service.Spec.Selector).String())
	if err != nil {
		return nil
	}
	return whynot.Count(list.Items)
}
