package apiserver_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"swage.dev/swage/submitter/apiserver"
)

// Whoever is not let in, or must not trust the server, is told what to do about it.
func TestWhatToDoAboutAServerThatIsNoUse(t *testing.T) {
	unauthorized := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","message":"Unauthorized","reason":"Unauthorized","code":401}`)
	})
	server := httptest.NewUnstartedServer(unauthorized)
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError) // it complains of who does not trust it
	server.StartTLS()
	t.Cleanup(server.Close)
	gone := httptest.NewServer(unauthorized)
	gone.Close()
	for _, row := range []struct {
		rule, url, says string
		client          *http.Client
		unauthorized    bool
	}{
		{"credentials that it does not take", server.URL, "Unauthorized: the API server does not take the credentials", server.Client(), true},
		{"an authority that nobody named", server.URL, "certificate is not trusted: give its authority", &http.Client{}, false},
		{"nobody listens", gone.URL, "the API server does not answer", &http.Client{}, false},
	} {
		_, err := apiserver.New(row.url, row.client).ListPods(t.Context(), "n", "")
		if err == nil || !strings.Contains(err.Error(), row.says) || apierrors.IsUnauthorized(err) != row.unauthorized {
			t.Errorf("%s: %v", row.rule, err)
		}
	}
}
