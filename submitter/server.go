package submitter

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// Server is an API server: the few calls that submitting takes, without the
// weight of a generated client. Its errors are those of
// k8s.io/apimachinery/pkg/api/errors where the server answered.
type Server struct {
	// Warned is told the server's warnings, such as those of webhooks, by several
	// goroutines at once. Default: nobody. It is set before the first call.
	Warned func(text string)

	url     string
	http    *http.Client
	shaping *shaping // nil: somebody else shapes
}

// NewServer is the server at a URL. The client brings credentials and trust.
func NewServer(address string, client *http.Client) *Server {
	return &Server{url: strings.TrimSuffix(address, "/"), http: client}
}

// resources are the paths of the kinds that a plan has, and of those that tell about it.
var resources = map[string]string{
	"Pod": "pods", "Service": "services", "ConfigMap": "configmaps", "Secret": "secrets",
	"PersistentVolumeClaim": "persistentvolumeclaims", "NetworkPolicy": "networkpolicies",
	podGroupKind: "podgroups",
	"Event":      "events", "Job": "jobs",
}

func (s *Server) path(apiVersion, kind, namespace, name string) string {
	root := "/apis/"
	if !strings.Contains(apiVersion, "/") {
		root = "/api/"
	}
	place := s.url + root + apiVersion
	if namespace != "" {
		place += "/namespaces/" + url.PathEscape(namespace)
	}
	place += "/" + resources[kind]
	if name != "" {
		place += "/" + url.PathEscape(name)
	}
	return place
}

// create creates an object, and reads what was stored into another unless that is nil.
func (s *Server) create(ctx context.Context, object Object, stored any) error {
	return s.shapeAndPost(ctx, object, "", stored)
}

func (s *Server) shapeAndPost(ctx context.Context, object Object, query string, stored any) error {
	if pod, ok := object.(*corev1.Pod); ok && s.shaping != nil {
		shaped, err := s.shape(ctx, pod)
		if err != nil {
			return err
		}
		object = shaped
	}
	return s.post(ctx, object, query, stored)
}

// post creates an object; query comes before what all creations have.
func (s *Server) post(ctx context.Context, object Object, query string, stored any) error {
	version, kind := object.GetObjectKind().GroupVersionKind().ToAPIVersionAndKind()
	place := s.path(version, kind, object.GetNamespace(), "") + "?" + query + "fieldManager=" + fieldManager
	return s.call(ctx, http.MethodPost, place, "application/json", object, stored)
}

// fieldManager is who managedFields say wrote the objects.
const fieldManager = "swage"

func (s *Server) pod(namespace, name string) string { return s.path("v1", "Pod", namespace, name) }

func (s *Server) get(ctx context.Context, kind, namespace, name string, into any) error {
	return s.call(ctx, http.MethodGet, s.path("v1", kind, namespace, name), "", nil, into)
}

func (s *Server) getPod(ctx context.Context, namespace, name string) (*corev1.Pod, error) {
	pod := &corev1.Pod{}
	return pod, s.call(ctx, http.MethodGet, s.pod(namespace, name), "", nil, pod)
}

// listPods lists a namespace's pods with labels; "" is all of them, of all namespaces.
func (s *Server) listPods(ctx context.Context, namespace, labels string) (*corev1.PodList, error) {
	query := url.Values{}
	if labels != "" {
		query.Set("labelSelector", labels)
	}
	list := &corev1.PodList{}
	return list, s.call(ctx, http.MethodGet, s.pod(namespace, "")+"?"+query.Encode(), "", nil, list)
}

// patchPod applies a strategic merge patch, and returns what was stored.
func (s *Server) patchPod(ctx context.Context, namespace, name string, patch any) (*corev1.Pod, error) {
	stored := &corev1.Pod{}
	return stored, s.call(ctx, http.MethodPatch, s.pod(namespace, name)+"?fieldManager="+fieldManager, string(types.StrategicMergePatchType), patch, stored)
}

// deletePod deletes the very pod with a UID, and what it owns after it.
func (s *Server) deletePod(ctx context.Context, pod *corev1.Pod) error {
	options := metav1.DeleteOptions{
		TypeMeta:      metav1.TypeMeta{APIVersion: "v1", Kind: "DeleteOptions"},
		Preconditions: &metav1.Preconditions{UID: &pod.UID}, PropagationPolicy: new(metav1.DeletePropagationBackground),
	}
	return s.call(ctx, http.MethodDelete, s.pod(pod.Namespace, pod.Name), "application/json", options, nil)
}

// callTime is how long one call may take, other than a watch: the API server's own limit.
const callTime = time.Minute

func (s *Server) call(ctx context.Context, method, address, contentType string, in, out any) error {
	ctx, done := context.WithTimeout(ctx, callTime)
	defer done()
	response, err := s.send(ctx, method, address, contentType, in)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return fmt.Errorf("reading the API server's answer: %w", err)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return fmt.Errorf("the API server's answer to %s is not understood: %w", method, err)
	}
	return nil
}

// listMetadata lists objects without what is in them.
func (s *Server) listMetadata(ctx context.Context, address string, list *metav1.PartialObjectMetadataList) error {
	ctx, done := context.WithTimeout(ctx, callTime)
	defer done()
	response, err := s.sendFor(ctx, "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1", http.MethodGet, address, "", nil)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(list); err != nil {
		return fmt.Errorf("the API server's list is not understood: %w", err)
	}
	return nil
}

// send sends a request. Answers other than success are errors.
func (s *Server) send(ctx context.Context, method, address, contentType string, in any) (*http.Response, error) {
	return s.sendFor(ctx, "application/json", method, address, contentType, in)
}

// sendFor is send for an answer of some media type.
func (s *Server) sendFor(ctx context.Context, accept, method, address, contentType string, in any) (*http.Response, error) {
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return nil, fmt.Errorf("encoding the request: %w", err)
		}
		body = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return nil, fmt.Errorf("the API server's address: %w", err)
	}
	request.Header.Set("Accept", accept)
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	response, err := s.http.Do(request)
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, fmt.Errorf("interrupted: %w", context.Cause(ctx))
	case err != nil:
		return nil, unreached(err)
	}
	s.warn(response.Header)
	if response.StatusCode >= http.StatusMultipleChoices {
		defer response.Body.Close()
		return nil, statusError(response, method)
	}
	return response, nil
}

// mostOfAnError is how many bytes of an error's text are read.
const mostOfAnError = 64 << 10

func statusError(response *http.Response, method string) error {
	text, _ := io.ReadAll(io.LimitReader(response.Body, mostOfAnError))
	failed := &apierrors.StatusError{}
	if json.Unmarshal(text, &failed.ErrStatus) == nil && failed.ErrStatus.Kind == "Status" {
		explain(&failed.ErrStatus)
		return failed
	}
	return apierrors.NewGenericServerResponse(response.StatusCode, method, podResource, "", strings.TrimSpace(string(text)), 0, false)
}

var podResource = corev1.Resource("pods")
