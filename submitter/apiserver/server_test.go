package apiserver_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"swage.dev/swage/submitter/apiserver"
)

// recorder takes notes of a call and gives one answer.
type recorder struct {
	call, accept, contentType, body string

	code   int
	answer string
}

func (r *recorder) RoundTrip(sent *http.Request) (*http.Response, error) {
	r.call, r.accept, r.contentType, r.body = sent.Method+" "+sent.URL.String(), sent.Header.Get("Accept"), sent.Header.Get("Content-Type"), ""
	if sent.Body != nil {
		text, err := io.ReadAll(sent.Body)
		if err != nil {
			return nil, err
		}
		r.body = string(text)
	}
	return &http.Response{StatusCode: r.code, Body: io.NopCloser(strings.NewReader(r.answer)), Request: sent, Header: http.Header{}}, nil
}

func pod() *corev1.Pod {
	return &corev1.Pod{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"}, ObjectMeta: metav1.ObjectMeta{Namespace: "n", Name: "p", UID: "u"}}
}

// Each call is the one that the API documents.
func TestCalls(t *testing.T) {
	job := apiserver.Ref{APIVersion: "batch/v1", Kind: "Job", Namespace: "n", Name: "j"}
	var into json.RawMessage
	for _, row := range []struct {
		rule string
		make func(context.Context, *apiserver.Server) error
		want string
		body string // a part
	}{
		{"create", func(ctx context.Context, s *apiserver.Server) error { return s.Create(ctx, pod(), &into) }, "POST https://h/api/v1/namespaces/n/pods?fieldManager=swage", `"name":"p"`},
		{"create nothing", func(ctx context.Context, s *apiserver.Server) error { return s.DryCreate(ctx, pod(), &into) }, "POST https://h/api/v1/namespaces/n/pods?dryRun=All&fieldManager=swage", `"name":"p"`},
		{"read one of a group", func(ctx context.Context, s *apiserver.Server) error { return s.Get(ctx, job, &into) }, "GET https://h/apis/batch/v1/namespaces/n/jobs/j", ""},
		{"list all namespaces", func(ctx context.Context, s *apiserver.Server) error {
			return s.List(ctx, apiserver.Ref{APIVersion: "networking.k8s.io/v1", Kind: "NetworkPolicy"}, url.Values{"labelSelector": {"a=b"}}, &into)
		}, "GET https://h/apis/networking.k8s.io/v1/networkpolicies?labelSelector=a%3Db", ""},
		{"patch", func(ctx context.Context, s *apiserver.Server) error {
			return s.Patch(ctx, job, types.MergePatchType, map[string]int{"a": 1}, &into)
		}, "PATCH https://h/apis/batch/v1/namespaces/n/jobs/j?fieldManager=swage", `{"a":1}`},
		{"delete that very pod", func(ctx context.Context, s *apiserver.Server) error { return s.DeletePod(ctx, pod()) }, "DELETE https://h/api/v1/namespaces/n/pods/p", `"preconditions":{"uid":"u"}`},
		{"ask a pod", func(ctx context.Context, s *apiserver.Server) error {
			return s.Proxy(ctx, apiserver.PodRef("n", "p"), 4040, "/api/v1/x", &into)
		}, "GET https://h/api/v1/namespaces/n/pods/p:4040/proxy/api/v1/x", ""},
		{"names that are no paths", func(ctx context.Context, s *apiserver.Server) error {
			return s.Get(ctx, apiserver.PodRef("n/../m", "p?x"), &into)
		}, "GET https://h/api/v1/namespaces/n%2F..%2Fm/pods/p%3Fx", ""},
	} {
		r := &recorder{code: http.StatusOK, answer: "{}"}
		err := row.make(t.Context(), apiserver.New("https://h/", &http.Client{Transport: r}))
		if err != nil || r.call != row.want || !strings.Contains(r.body, row.body) || r.accept != "application/json" {
			t.Errorf("%s: %v, %s, accepts %s\n%s", row.rule, err, r.call, r.accept, r.body)
		}
	}
}

// Of a list of metadata nothing else is asked for: nobody's secrets come here.
func TestListMetadata(t *testing.T) {
	r := &recorder{code: http.StatusOK, answer: `{"items":[{"metadata":{"name":"s"}}]}`}
	list, err := apiserver.New("https://h", &http.Client{Transport: r}).ListMetadata(t.Context(), apiserver.Ref{APIVersion: "v1", Kind: "Secret", Namespace: "n"})
	if err != nil || len(list.Items) != 1 || !strings.Contains(r.accept, "as=PartialObjectMetadataList") {
		t.Errorf("%v, %v, accepts %s", err, list, r.accept)
	}
}

func isBadGateway(err error) bool {
	var status apierrors.APIStatus
	return errors.As(err, &status) && status.Status().Code == http.StatusBadGateway
}

// What the server says is an error of the API, whether or not it says it in the API's own form.
func TestRefusals(t *testing.T) {
	for _, row := range []struct {
		rule, answer string
		code         int
		is           func(error) bool
		says         string
	}{
		{"a Status", `{"kind":"Status","code":409,"reason":"AlreadyExists","message":"p is there"}`, http.StatusConflict, apierrors.IsAlreadyExists, "p is there"},
		{"a proxy's page", "<html>no</html>", http.StatusForbidden, apierrors.IsForbidden, "<html>no</html>"},
		{"http spoken to a server of https", "Client sent an HTTP request to an HTTPS server.\n", http.StatusBadRequest, apierrors.IsBadRequest, "Client sent an HTTP request to an HTTPS server."},
		{"a long page, of which the beginning is told", "<html>" + strings.Repeat("no ", 1000), http.StatusBadGateway, isBadGateway, " no no..."},
		{"nothing", "", http.StatusBadGateway, isBadGateway, "the server"},
	} {
		r := &recorder{code: row.code, answer: row.answer}
		_, err := apiserver.New("https://h", &http.Client{Transport: r}).GetPod(t.Context(), "n", "p")
		if !row.is(err) || !strings.Contains(err.Error(), row.says) || len(err.Error()) > 400 {
			t.Errorf("%s: %v", row.rule, err)
		}
	}
	r := &recorder{code: http.StatusOK, answer: "no JSON"}
	if _, err := apiserver.New("https://h", &http.Client{Transport: r}).GetPod(t.Context(), "n", "p"); err == nil || !strings.Contains(err.Error(), "not understood") {
		t.Errorf("an answer that is none: %v", err)
	}
}

// A call that was given up says why.
func TestInterrupted(t *testing.T) {
	why := errors.New("the user is tired")
	ctx, stop := context.WithCancelCause(t.Context())
	stop(why)
	if _, err := apiserver.New("http://127.0.0.1:1", &http.Client{}).GetPod(ctx, "n", "p"); !errors.Is(err, why) {
		t.Errorf("got %v", err)
	}
}

func TestRefTo(t *testing.T) {
	cron := &batchv1.CronJob{TypeMeta: metav1.TypeMeta{APIVersion: "batch/v1", Kind: "CronJob"}, ObjectMeta: metav1.ObjectMeta{Namespace: "n", Name: "c"}}
	if got := apiserver.RefTo(cron); got != (apiserver.Ref{APIVersion: "batch/v1", Kind: "CronJob", Namespace: "n", Name: "c"}) {
		t.Errorf("got %+v", got)
	}
}

// Text is what a path says, whatever it is written in; a pod's is asked for by way of the server.
func TestText(t *testing.T) {
	r := &recorder{code: http.StatusOK, answer: "a 1\nb 2\n"}
	server := apiserver.New("https://h", &http.Client{Transport: r})
	if text, err := server.Text(t.Context(), "/metrics"); err != nil || text != r.answer || r.call != "GET https://h/metrics" || r.accept != "*/*" {
		t.Errorf("%q, %v, %s accepts %s", text, err, r.call, r.accept)
	}
	if _, err := server.ProxyText(t.Context(), apiserver.PodRef("n", "p"), 8080, "/metrics"); err != nil || r.call != "GET https://h/api/v1/namespaces/n/pods/p:8080/proxy/metrics" {
		t.Errorf("%v, %s", err, r.call)
	}
	r.code = http.StatusForbidden
	if _, err := server.Text(t.Context(), "/metrics"); !apierrors.IsForbidden(err) {
		t.Errorf("got %v", err)
	}
}
