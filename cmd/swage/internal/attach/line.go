package attach

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// line sees the requests that ask for the connection, of which client-go tells little.
type line struct {
	told      func()
	connected atomic.Bool

	mu      sync.Mutex
	refusal error
}

// answer is the API server's last word where it did not connect, nil when there was none.
func (l *line) answer() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.refusal
}

func (l *line) over(next http.RoundTripper) http.RoundTripper { return &caller{line: l, next: next} }

type caller struct {
	line *line
	next http.RoundTripper
}

// WrappedRoundTripper lets client-go find the trust for the server underneath.
func (c *caller) WrappedRoundTripper() http.RoundTripper { return c.next }

func (c *caller) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := c.next.RoundTrip(request)
	switch {
	case err != nil:
		return nil, err
	case response.StatusCode == http.StatusSwitchingProtocols:
		if !c.line.connected.Swap(true) && c.line.told != nil {
			c.line.told()
		}
	case response.StatusCode >= http.StatusBadRequest:
		defer response.Body.Close()
		err := statusError(response, request.Method)
		c.line.mu.Lock()
		c.line.refusal = err
		c.line.mu.Unlock()
		return nil, err
	}
	return response, nil
}

// mostOfAnError is how many bytes of an error's text are read.
const mostOfAnError = 64 << 10

func statusError(response *http.Response, method string) error {
	text, _ := io.ReadAll(io.LimitReader(response.Body, mostOfAnError))
	failed := &apierrors.StatusError{}
	if json.Unmarshal(text, &failed.ErrStatus) == nil && failed.ErrStatus.Kind == "Status" {
		return failed
	}
	return apierrors.NewGenericServerResponse(response.StatusCode, method, corev1.Resource("pods"), "", strings.TrimSpace(string(text)), 0, false)
}
