package webhooktest

import (
	"context"
	"errors"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/uuid"
	auditv1 "k8s.io/apiserver/pkg/apis/audit"
	"k8s.io/client-go/kubernetes/scheme"

	"swage.dev/swage/e2e/audit"
	"swage.dev/swage/e2e/clustertest"
)

// prober asks the API server, by dry run, whether it calls a configuration.
type prober struct {
	server    *clustertest.Server
	config    string
	namespace string
	pod       *corev1.Pod
}

func newProber(t testing.TB, server *clustertest.Server, config string, opts Options) *prober {
	t.Helper()
	p := &prober{server: server, config: config, namespace: opts.ProbeNamespace, pod: opts.Probe}
	if p.namespace == "" {
		p.namespace = server.Namespace(t)
	}
	if p.pod == nil {
		p.pod = sparkDriver()
	}
	return p
}

func sparkDriver() *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{GenerateName: "probe-", Labels: map[string]string{"spark-role": "driver"}},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "spark-kubernetes-driver", Image: "spark"}}},
	}
}

// called creates one probe pod. The webhook's answer does not matter, it may
// deny the pod; the audit log says whether it was asked.
func (p *prober) called(ctx context.Context) (bool, error) {
	// The API server takes over a request's own audit id: the only way to find
	// the event of a request that was denied.
	id := uuid.NewUUID()
	createErr := p.create(ctx, id)
	event, err := p.server.Audit().Find(ctx, func(e *audit.Event) bool { return e.AuditID == id })
	if err != nil {
		return false, errors.Join(createErr, err)
	}
	calls, err := event.Calls()
	if err != nil {
		return false, err
	}
	for _, call := range calls {
		if call.Configuration == p.config {
			return true, nil
		}
	}
	return false, createErr
}

func (p *prober) create(ctx context.Context, id types.UID) error {
	dryRun := &metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}}
	return p.server.Client().CoreV1().RESTClient().Post().
		SetHeader(auditv1.HeaderAuditID, string(id)).
		Namespace(p.namespace).Resource("pods").
		VersionedParams(dryRun, scheme.ParameterCodec).
		Body(p.pod).Do(ctx).Error()
}
