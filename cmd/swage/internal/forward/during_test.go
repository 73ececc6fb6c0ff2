package forward

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"k8s.io/client-go/rest"
)

// Where nothing is forwarded, nothing is done, and the error is the API server's.
func TestDuringWithoutAForward(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "the node is gone", http.StatusBadGateway)
	}))
	t.Cleanup(server.Close)
	err := During(t.Context(), Options{Config: &rest.Config{Host: server.URL}, Namespace: "n", Pod: "p", Remote: 1}, func(context.Context, uint16) error {
		t.Error("something was done")
		return nil
	})
	if err == nil || !strings.Contains(err.Error(), "forwarding to p") || !strings.Contains(err.Error(), "the node is gone") {
		t.Errorf("got %v", err)
	}
	if err := During(t.Context(), Options{Config: &rest.Config{Host: "https://%"}, Pod: "p"}, nil); err == nil {
		t.Error("an address that is none was taken")
	}
}
