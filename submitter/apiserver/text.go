package apiserver

import (
	"context"
	"fmt"
	"io"
	"net/http"
)

// mostOfAText is how many bytes a text may have: a large cluster's API server has some 20 MB of metrics.
const mostOfAText = 128 << 20

// Text reads what a path of the server's says that is no object, such as /metrics.
// One that is longer is an error: a part of it could be taken for all.
func (s *Server) Text(ctx context.Context, path string) (string, error) {
	text, err := s.ask(ctx, request{method: http.MethodGet, place: path, accept: "*/*"}, func(body io.Reader) ([]byte, error) {
		text, err := io.ReadAll(io.LimitReader(body, mostOfAText+1))
		if err == nil && len(text) > mostOfAText {
			err = fmt.Errorf("%s has more than %d MiB", path, mostOfAText>>20)
		}
		return text, err
	})
	return string(text), err
}

// ProxyText is Proxy for what is no JSON.
func (s *Server) ProxyText(ctx context.Context, pod Ref, port uint16, path string) (string, error) {
	return s.Text(ctx, proxied(pod, port, path))
}

// proxied is where the server passes a request on to a pod.
func proxied(pod Ref, port uint16, path string) string {
	return fmt.Sprintf("%s:%d/proxy%s", pod.path(), port, path)
}
