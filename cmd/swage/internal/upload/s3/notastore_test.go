package s3

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// S23: what answers every request with a page, as proxies and web interfaces of stores do, has stored nothing.
func TestS23APageIsNoStore(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, "<html>Sign in</html>")
	}))
	defer server.Close()
	store, err := Open("s3a://bucket/x", map[string]string{
		"fs.s3a.endpoint": server.URL, "fs.s3a.path.style.access": "true", "fs.s3a.endpoint.region": "r",
		"fs.s3a.access.key": "id", "fs.s3a.secret.key": "hush",
	}, env())
	if err != nil {
		t.Fatal(err)
	}
	err = store.Put(t.Context(), "a.jar", strings.NewReader("a"), 1)
	if err == nil || !strings.HasSuffix(err.Error(), "does not answer as an S3 store does: is it the endpoint?") {
		t.Errorf("got %v", err)
	}
}
