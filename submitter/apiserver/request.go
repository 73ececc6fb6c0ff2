package apiserver

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	utilnet "k8s.io/apimachinery/pkg/util/net"
)

const jsonType = "application/json"

// request is one request: place is a path with its query.
type request struct {
	method, place       string
	accept, contentType string // "" is JSON, and none
	in                  any    // the body, encoded as JSON
}

// send sends a request. Answers other than success are errors.
func (s *Server) send(ctx context.Context, r request) (*http.Response, error) {
	var body io.Reader
	if r.in != nil {
		text, err := json.Marshal(r.in)
		if err != nil {
			return nil, fmt.Errorf("encoding the request: %w", err)
		}
		body = bytes.NewReader(text)
	}
	sent, err := http.NewRequestWithContext(ctx, r.method, s.url+r.place, body)
	if err != nil {
		return nil, fmt.Errorf("the API server's address: %w", err)
	}
	sent.Header.Set("Accept", cmp.Or(r.accept, jsonType))
	if r.contentType != "" {
		sent.Header.Set("Content-Type", r.contentType)
	}
	response, err := s.http.Do(sent)
	switch {
	case err != nil && errors.Is(context.Cause(ctx), errSilent):
		return nil, errSilent
	case err != nil && ctx.Err() != nil:
		return nil, fmt.Errorf("interrupted: %w", context.Cause(ctx))
	case err != nil:
		return nil, s.unreached(err)
	}
	s.pass(response.Header)
	if response.StatusCode >= http.StatusMultipleChoices {
		defer response.Body.Close()
		return nil, statusError(response, r.method)
	}
	return response, nil
}

// pass passes on what the API server, or a webhook that it called, has to say
// beside its answer. A header that cannot be read is nobody's warning.
func (s *Server) pass(header http.Header) {
	warnings, _ := utilnet.ParseWarningHeaders(header.Values("Warning"))
	for _, warning := range warnings {
		s.Warn(warning.Text)
	}
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
	said := firstLine(string(text))
	failed = apierrors.NewGenericServerResponse(response.StatusCode, method, podResource, "", said, 0, false)
	if !strings.Contains(failed.ErrStatus.Message, said) { // of a 400: that http was spoken to a server of https
		failed.ErrStatus.Message += ": " + said
	}
	return failed
}

// mostOfALine is how many bytes are told of an answer that is no Status: enough for a sentence, little of a proxy's page.
const mostOfALine = 200

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	if len(line) > mostOfALine {
		line = line[:mostOfALine] + "..."
	}
	return strings.ToValidUTF8(line, "")
}

var podResource = corev1.Resource("pods")
