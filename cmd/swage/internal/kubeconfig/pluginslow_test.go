package kubeconfig

import (
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"swage.dev/swage/submitter/apiserver"
)

// typed is client-go's transport while somebody looks for a password, and then a server.
type typed struct{ password, answer time.Duration }

func (p typed) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(p.password)
	httptrace.ContextClientTrace(r.Context()).GetConn("h:443")
	select {
	case <-r.Context().Done():
		return nil, r.Context().Err()
	case <-time.After(p.answer):
		return &http.Response{StatusCode: http.StatusOK, Request: r, Body: io.NopCloser(strings.NewReader("{}"))}, nil
	}
}

// Who takes an hour to type a password is asked once, and the server has its whole minute thereafter, and no more.
func TestAPasswordTakesItsTime(t *testing.T) {
	for answer, answered := range map[time.Duration]bool{59 * time.Second: true, 61 * time.Second: false} {
		synctest.Test(t, func(t *testing.T) {
			slow := &plugged{plugin: &clientcmdapi.ExecConfig{Command: "login"}, next: typed{time.Hour, answer}}
			_, err := apiserver.New("https://h", &http.Client{Transport: slow}).GetPod(t.Context(), "a", "b")
			if (err == nil) != answered || err != nil && !strings.Contains(err.Error(), "nothing within 1m0s") {
				t.Errorf("an answer after %s: %v", answer, err)
			}
		})
	}
}
