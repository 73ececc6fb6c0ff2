package kubeconfig

import (
	"context"
	"errors"
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
			slow := &plugged{plugin: &clientcmdapi.ExecConfig{Command: "login"}, next: typed{time.Hour, answer}, slow: func() {}}
			_, err := apiserver.New("https://h", &http.Client{Transport: slow}).GetPod(t.Context(), "a", "b")
			if (err == nil) != answered || err != nil && !strings.Contains(err.Error(), "nothing within 1m0s") {
				t.Errorf("an answer after %s: %v", answer, err)
			}
		})
	}
}

// Who waits for a plugin is told so after three seconds, and not before.
func TestASlowPluginIsTold(t *testing.T) {
	for password, want := range map[time.Duration]bool{2 * time.Second: false, 4 * time.Second: true} {
		synctest.Test(t, func(t *testing.T) {
			begun, told := time.Now(), time.Duration(0)
			slow := &plugged{plugin: &clientcmdapi.ExecConfig{Command: "login"}, next: typed{password, 10 * time.Second}, slow: func() { told = time.Since(begun) }}
			if _, err := apiserver.New("https://h", &http.Client{Transport: slow}).GetPod(t.Context(), "a", "b"); err != nil {
				t.Error(err)
			}
			if want != (told == 3*time.Second) || !want && told != 0 {
				t.Errorf("%s: told after %s", password, told)
			}
		})
	}
}

// Who interrupts a call while a plugin hangs does not wait for the plugin.
func TestAPluginThatHangsIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		enough := errors.New("enough")
		ctx, interrupt := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Minute, func() { interrupt(enough) })
		begun := time.Now()
		hangs := &plugged{plugin: &clientcmdapi.ExecConfig{Command: "login"}, next: typed{time.Hour, 0}, slow: func() {}}
		_, err := apiserver.New("https://h", &http.Client{Transport: hangs}).GetPod(ctx, "a", "b")
		if after := time.Since(begun); !errors.Is(err, enough) || after != time.Minute {
			t.Errorf("after %s: %v", after, err)
		}
		time.Sleep(time.Hour) // the plugin ends one day
	})
}

// refused is client-go's transport where a server does not take the credentials: the plugin is asked for others, whoever waits.
type refused struct{ password time.Duration }

func (p refused) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := typed{0, 0}.RoundTrip(r)
	time.Sleep(p.password)
	return response, err
}

// Nor does he wait for one that is asked again, since the server did not take what it gave.
func TestAPluginThatHangsAfterARefusalIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithTimeout(t.Context(), 10*time.Second)
		defer stop()
		begun := time.Now()
		hangs := &plugged{plugin: &clientcmdapi.ExecConfig{Command: "login"}, next: refused{time.Hour}, slow: func() {}}
		_, err := apiserver.New("https://h", &http.Client{Transport: hangs}).GetPod(ctx, "a", "b")
		if after := time.Since(begun); err == nil || after != 10*time.Second {
			t.Errorf("after %s: %v", after, err)
		}
		time.Sleep(time.Hour) // the plugin ends one day
	})
}
