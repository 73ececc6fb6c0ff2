package apiserver

import (
	"context"
	"fmt"
	"io"
	"net/http"
)

// mostOfAText is how many bytes are read of a text: a large cluster's API server has some 20 MB of metrics.
const mostOfAText = 128 << 20

// Text reads what a path of the server's says that is no object, such as /metrics.
func (s *Server) Text(ctx context.Context, path string) (string, error) {
	ctx, done := context.WithTimeout(ctx, callTime)
	defer done()
	response, err := s.send(ctx, request{method: http.MethodGet, place: path, accept: "*/*"})
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, mostOfAText))
	if err != nil {
		return "", fmt.Errorf("reading %s: %w", path, err)
	}
	return string(text), nil
}

// ProxyText is Proxy for what is no JSON.
func (s *Server) ProxyText(ctx context.Context, pod Ref, port uint16, path string) (string, error) {
	return s.Text(ctx, proxied(pod, port, path))
}

// proxied is where the server passes a request on to a pod.
func proxied(pod Ref, port uint16, path string) string {
	return fmt.Sprintf("%s:%d/proxy%s", pod.path(), port, path)
}
