package webhook

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	metadatafake "k8s.io/client-go/metadata/fake"
	"sigs.k8s.io/yaml"

	"swage.dev/swage/certs"
	"swage.dev/swage/podtemplate"
)

// noCertificates serve nothing: for tests that never open the port.
type noCertificates struct{}

func (noCertificates) GetCertificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	return nil, certs.ErrNotAvailable
}

func (noCertificates) Start(ctx context.Context) error {
	<-ctx.Done()
	return nil
}
func (noCertificates) Healthy() error       { return nil }
func (noCertificates) Expiry() certs.Expiry { return certs.Expiry{} }

// newTestServer is a server over fake clients whose store knows the given
// objects. Only what the handler needs is running.
func newTestServer(tb testing.TB, objects ...runtime.Object) *Server {
	tb.Helper()
	scheme := metadatafake.NewTestScheme()
	if err := metav1.AddMetaToScheme(scheme); err != nil {
		tb.Fatal(err)
	}
	var typed, metadata []runtime.Object
	for _, object := range objects {
		if partial, ok := object.(*metav1.PartialObjectMetadata); ok {
			metadata = append(metadata, partial)
			continue
		}
		typed = append(typed, object)
	}
	server, err := New(Options{
		Client: fake.NewClientset(typed...), Metadata: metadatafake.NewSimpleMetadataClient(scheme, metadata...),
		Certificates: noCertificates{}, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		tb.Fatal(err)
	}
	return server
}

func namespace(name string) *metav1.PartialObjectMetadata {
	return &metav1.PartialObjectMetadata{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"},
		ObjectMeta: metav1.ObjectMeta{Name: name},
	}
}

func metadataOf(pod *corev1.Pod) *metav1.PartialObjectMetadata {
	return &metav1.PartialObjectMetadata{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: pod.ObjectMeta,
	}
}

func template(name string, mode podtemplate.Mode, data map[string]string) *corev1.ConfigMap {
	return &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "default", Name: name, UID: "uid-of-template",
			Labels: map[string]string{podtemplate.TemplateLabel: string(mode)},
		},
		Data: data,
	}
}

// sparkPods are the driver and the executors that a real spark-submit made, as
// the API server had them.
func sparkPods(tb testing.TB) (driver *corev1.Pod, executors []*corev1.Pod) {
	tb.Helper()
	text, err := os.ReadFile("../podtemplate/testdata/spark/4.1.2.yaml")
	if err != nil {
		tb.Fatal(err)
	}
	for document := range strings.SplitSeq(string(text), "\n---\n") {
		pod := new(corev1.Pod)
		if err := yaml.Unmarshal([]byte(document), pod); err != nil || pod.Kind != "Pod" {
			continue
		}
		switch pod.Labels[podtemplate.RoleLabel] {
		case string(podtemplate.Driver):
			driver = pod
		case string(podtemplate.Executor):
			executors = append(executors, pod)
		}
	}
	if driver == nil || len(executors) == 0 {
		tb.Fatal("the capture has no driver or no executor")
	}
	return driver, executors
}

// reviewOf is the request that an API server sends about a new pod.
func reviewOf(tb testing.TB, pod *corev1.Pod) []byte {
	tb.Helper()
	object, err := json.Marshal(pod)
	if err != nil {
		tb.Fatal(err)
	}
	return []byte(reviewText(pod.Namespace, object))
}

func reviewText(namespace string, object []byte) string {
	return fmt.Sprintf(`{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{`+
		`"uid":"2245c31f-68d9-4756-b593-90deb3a3eb3a","kind":{"group":"","version":"v1","kind":"Pod"},`+
		`"resource":{"group":"","version":"v1","resource":"pods"},"requestKind":{"group":"","version":"v1","kind":"Pod"},`+
		`"requestResource":{"group":"","version":"v1","resource":"pods"},"namespace":%q,"operation":"CREATE",`+
		`"userInfo":{"username":"system:serviceaccount:default:spark","groups":["system:serviceaccounts","system:authenticated"]},`+
		`"object":%s,"oldObject":null,"dryRun":false,"options":{"kind":"CreateOptions","apiVersion":"meta.k8s.io/v1"}}}`,
		namespace, object)
}
