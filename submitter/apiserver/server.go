package apiserver

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// Server is an API server. Where it answered, errors are those of
// k8s.io/apimachinery/pkg/api/errors. Its fields are set before the first call.
type Server struct {
	// Warned is told the server's warnings, such as those of webhooks, by several
	// goroutines at once. Default: nobody.
	Warned func(text string)

	// Slow is told that a call has had no answer from the server for some seconds,
	// for each such call, by several goroutines at once. Default: nobody.
	Slow func(server string)

	// Trust is where the user can name the authority of the server's certificate,
	// for the error about one that is not trusted. Default "in the kubeconfig".
	Trust string

	url  string
	http *http.Client
}

// New is the server at a URL. The client brings credentials and trust.
func New(address string, client *http.Client) *Server {
	return &Server{url: strings.TrimSuffix(address, "/"), http: client}
}

// Warn tells a warning of one's own in the way of the server's.
func (s *Server) Warn(text string) {
	if s.Warned != nil {
		s.Warned(text)
	}
}

// fieldManager is who managedFields say wrote the objects.
const fieldManager = "swage"

// Create creates an object, and reads what was stored into another unless that is nil.
func (s *Server) Create(ctx context.Context, object Object, stored any) error {
	return s.create(ctx, object, "", stored)
}

// DryCreate reads what creating an object would store: it is admitted, webhooks included, and not created.
func (s *Server) DryCreate(ctx context.Context, object Object, stored any) error {
	return s.create(ctx, object, "dryRun="+metav1.DryRunAll+"&", stored)
}

func (s *Server) create(ctx context.Context, object Object, query string, stored any) error {
	kind := RefTo(object)
	kind.Name = ""
	return s.call(ctx, http.MethodPost, kind.path()+"?"+query+"fieldManager="+fieldManager, jsonType, object, stored)
}

// Get reads an object.
func (s *Server) Get(ctx context.Context, ref Ref, into any) error {
	return s.call(ctx, http.MethodGet, ref.path(), "", nil, into)
}

// List reads the objects of a kind into a list. The query is the API's, such as labelSelector; nil is all.
func (s *Server) List(ctx context.Context, kind Ref, query url.Values, into any) error {
	return s.call(ctx, http.MethodGet, kind.path()+"?"+query.Encode(), "", nil, into)
}

// Patch applies a patch, and reads what was stored into an object unless that is nil.
func (s *Server) Patch(ctx context.Context, ref Ref, how types.PatchType, patch, stored any) error {
	return s.call(ctx, http.MethodPatch, ref.path()+"?fieldManager="+fieldManager, string(how), patch, stored)
}

// Delete asks for an object to be deleted, as the options say.
func (s *Server) Delete(ctx context.Context, ref Ref, o metav1.DeleteOptions) error {
	o.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "DeleteOptions"}
	return s.call(ctx, http.MethodDelete, ref.path(), jsonType, o, nil)
}

// Open begins to read what the server sends for as long as the context lasts or
// the caller reads: a log (part "log"), or a watch (part "", watch=true in the
// query). The caller closes it.
func (s *Server) Open(ctx context.Context, ref Ref, part string, query url.Values) (io.ReadCloser, error) {
	place := ref.path()
	if part != "" {
		place += "/" + part
	}
	response, err := s.send(ctx, request{method: http.MethodGet, place: place + "?" + query.Encode()})
	if err != nil {
		return nil, err
	}
	return response.Body, nil
}

// Proxy asks a pod's port for a path by way of the server. It takes the right to get pods/proxy.
func (s *Server) Proxy(ctx context.Context, pod Ref, port uint16, path string, into any) error {
	return s.call(ctx, http.MethodGet, proxied(pod, port, path), "", nil, into)
}

func (s *Server) call(ctx context.Context, method, place, contentType string, in, out any) error {
	return s.do(ctx, request{method: method, place: place, contentType: contentType, in: in}, out)
}

func (s *Server) do(ctx context.Context, r request, out any) error {
	answer, err := s.ask(ctx, r, io.ReadAll)
	if err != nil || out == nil {
		return err
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return fmt.Errorf("the API server's answer to %s is not understood: %w", r.method, err)
	}
	return nil
}

// ask sends one call and reads its answer, all within callTime, which begins when there are credentials.
func (s *Server) ask(ctx context.Context, r request, read func(io.Reader) ([]byte, error)) ([]byte, error) {
	ctx, done := clocked(ctx)
	defer done()
	ctx, answered := s.patient(ctx)
	defer answered()
	response, err := s.send(ctx, r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := read(response.Body)
	switch {
	case err != nil && errors.Is(context.Cause(ctx), errSilent): // HTTP/2 tells of an end only that there is one
		return nil, fmt.Errorf("reading the API server's answer: %w", errSilent)
	case err != nil:
		return nil, fmt.Errorf("reading the API server's answer: %w", err)
	}
	return answer, nil
}

// ListMetadata lists objects without what is in them.
func (s *Server) ListMetadata(ctx context.Context, kind Ref) (*metav1.PartialObjectMetadataList, error) {
	list := &metav1.PartialObjectMetadataList{}
	return list, s.do(ctx, request{
		method: http.MethodGet, place: kind.path(), accept: jsonType + ";as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
	}, list)
}

// trust is where the user can name an authority.
func (s *Server) trust() string { return cmp.Or(s.Trust, "in the kubeconfig") }
