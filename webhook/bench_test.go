package webhook

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/podtemplate"
)

// benchTemplate makes 15 changes in an executor.
const benchTemplate = `
metadata:
  labels: {team: risk}
  annotations: {owner: data-platform}
spec:
  nodeSelector: {node.kubernetes.io/instance-type: m7g.4xlarge}
  priorityClassName: batch
  terminationGracePeriodSeconds: 90
  tolerations:
  - {key: spot, operator: Exists, effect: NoSchedule}
  - {key: arm64, operator: Exists, effect: NoSchedule}
  volumes:
  - {name: truststore, secret: {secretName: truststore}}
  - {name: datasets, persistentVolumeClaim: {claimName: datasets}}
  containers:
  - name: spark
    env:
    - {name: AWS_REGION, value: eu-central-1}
    - {name: HTTP_PROXY, value: "http://proxy.internal:3128"}
    volumeMounts:
    - {name: truststore, mountPath: /etc/truststore, readOnly: true}
    - {name: datasets, mountPath: /datasets}
    securityContext: {allowPrivilegeEscalation: false}
  - name: agent
    image: registry.internal/agent:1.4.2
    resources: {requests: {cpu: 50m, memory: 64Mi}}
`

// benchExecutor is a real executor with as many env vars as large jobs have, 8 kB in all.
func benchExecutor(tb testing.TB) *corev1.Pod {
	_, executors := sparkPods(tb)
	pod := executors[0]
	env := &pod.Spec.Containers[0].Env
	for i := len(*env); i < 60; i++ {
		*env = append(*env, corev1.EnvVar{
			Name:  fmt.Sprintf("DATA_PLATFORM_SETTING_%d", i),
			Value: fmt.Sprintf("value-of-setting-%d-as-long-as-they-come-in-real-life-%0*d", i, 40, i),
		})
	}
	return pod
}

func BenchmarkHandle(b *testing.B) {
	run(b, shapingHandler(b), reviewOf(b, benchExecutor(b)))
}

// shapingHandler is the product's, with one template.
func shapingHandler(b *testing.B) http.Handler {
	driver, _ := sparkPods(b)
	server := newTestServer(b, namespace("default"), metadataOf(driver),
		template("bench", podtemplate.Default, map[string]string{"pod.yaml": benchTemplate}))
	go func() { _ = server.store.Start(b.Context()) }()
	awaitSync(b, server)
	return server.Handler()
}

// BenchmarkConstantPatch is the floor: a handler that looks at nothing but the
// uid and always answers with the same patch.
func BenchmarkConstantPatch(b *testing.B) {
	run(b, constantPatch(b), reviewOf(b, benchExecutor(b)))
}

// BenchmarkRatio runs both in turns and compares medians, so that whatever else
// the machine does meets both and the other's time slices count for neither.
func BenchmarkRatio(b *testing.B) {
	body := reviewOf(b, benchExecutor(b))
	handle, constant := prepare(b, shapingHandler(b), body), prepare(b, constantPatch(b), body)
	var took [2][]time.Duration
	for b.Loop() {
		begin := time.Now()
		handle()
		middle := time.Now()
		constant()
		took[0], took[1] = append(took[0], middle.Sub(begin)), append(took[1], time.Since(middle))
	}
	shaping, floor := medianUs(took[0]), medianUs(took[1])
	b.ReportMetric(0, "ns/op") // the sum of both says nothing
	b.ReportMetric(shaping, "handle-us")
	b.ReportMetric(floor, "constant-us")
	b.ReportMetric(shaping/floor, "ratio")
}

func medianUs(all []time.Duration) float64 {
	slices.Sort(all)
	return float64(all[len(all)/2].Nanoseconds()) / 1000
}

func constantPatch(tb testing.TB) http.Handler {
	patch := bytes.Repeat([]byte("x"), 2000)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			tb.Error(err)
		}
		var review struct {
			Request struct {
				UID string `json:"uid"`
			} `json:"request"`
		}
		if err := json.Unmarshal(body, &review); err != nil {
			tb.Error(err)
		}
		answer, err := json.Marshal(map[string]any{"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "response": map[string]any{
			"uid": review.Request.UID, "allowed": true, "patchType": "JSONPatch", "patch": patch,
		}})
		if err != nil {
			tb.Error(err)
		}
		_, _ = w.Write(answer)
	})
}

func run(b *testing.B, handler http.Handler, body []byte) {
	once := prepare(b, handler, body)
	b.ReportAllocs()
	for b.Loop() {
		once()
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N), "us/op")
}

// prepare returns one call of the handler, after one that checks its answer.
func prepare(b *testing.B, handler http.Handler, body []byte) func() {
	request := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "/shape", nil)
	request.Header.Set("Content-Type", "application/json")
	request.ContentLength = int64(len(body))
	reader := bytes.NewReader(body)
	request.Body = io.NopCloser(reader)

	first := httptest.NewRecorder()
	handler.ServeHTTP(first, request)
	var answer struct {
		Response struct {
			Allowed bool   `json:"allowed"`
			Patch   []byte `json:"patch"`
		} `json:"response"`
	}
	if err := json.Unmarshal(first.Body.Bytes(), &answer); err != nil || !answer.Response.Allowed || len(answer.Response.Patch) == 0 {
		b.Fatalf("not an answer with a patch: %d %s", first.Code, first.Body)
	}
	b.Logf("request %d bytes, patch %d bytes", len(body), len(answer.Response.Patch))

	sink := &discard{header: http.Header{}}
	return func() {
		reader.Reset(body)
		handler.ServeHTTP(sink, request)
	}
}

// discard is a response writer that costs nothing.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header            { return d.header }
func (d *discard) Write(text []byte) (int, error) { return len(text), nil }
func (d *discard) WriteHeader(int)                {}
