package kubeconfig

import (
	"cmp"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"time"

	"k8s.io/client-go/rest"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"swage.dev/swage/submitter/apiserver"
)

// Client is the HTTP client of a configuration. Its calls end with an
// apiserver.CredentialsError where a credential plugin gives none, and with their
// contexts while it runs. slow is told once of a plugin that takes some seconds.
func Client(config *rest.Config, slow func(plugin string)) (*http.Client, error) {
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, fmt.Errorf("connecting to %s: %w", config.Host, err)
	}
	if config.ExecProvider != nil {
		client.Transport = &plugged{plugin: config.ExecProvider, next: client.Transport, slow: sync.OnceFunc(func() { slow(config.ExecProvider.Command) })}
	}
	return client, nil
}

// plugged is a transport that runs a program for its credentials.
type plugged struct {
	plugin *clientcmdapi.ExecConfig
	next   http.RoundTripper
	slow   func()
}

// pluginPatience is how long a plugin may run before whoever waits is told. It is not ended:
// it may have asked for a password.
const pluginPatience = 3 * time.Second

// patient tells who waits when the plugin takes long, until ran, after which nobody is told.
func (p *plugged) patient() (ran func()) {
	told := make(chan struct{})
	timer := time.AfterFunc(pluginPatience, func() {
		defer close(told)
		p.slow()
	})
	return sync.OnceFunc(func() {
		if !timer.Stop() {
			<-told
		}
	})
}

// RoundTrip tells a failure of the plugin from one of the server: client-go has
// no type for it, but runs the plugin before it looks for a connection. What
// the plugin takes is not the server's time.
func (p *plugged) RoundTrip(r *http.Request) (*http.Response, error) {
	got := apiserver.AwaitCredentials(r.Context())
	ran := p.patient()
	defer ran()
	connecting := make(chan struct{})
	connects := sync.OnceFunc(func() {
		ran()
		got()
		close(connecting)
	})
	trace := &httptrace.ClientTrace{GetConn: func(string) { connects() }}
	response, err := p.interruptible(r.WithContext(httptrace.WithClientTrace(r.Context(), trace)))
	select {
	case <-connecting:
		return response, err
	default:
	}
	if err != nil && r.Context().Err() == nil {
		return nil, &apiserver.CredentialsError{Err: p.failed(err)}
	}
	return response, err
}

// interruptible ends with a request's context also while the plugin runs, before
// the call or after an answer that the credentials are not taken. Client-go starts
// it without a context and waits for it: nothing but its own end, or that of the
// process, ends the goroutine then. An answer that comes later needs no closing:
// the transport does that when the context ends.
func (p *plugged) interruptible(r *http.Request) (*http.Response, error) {
	type answer struct {
		response *http.Response
		err      error
	}
	answers := make(chan answer, 1)
	go func() {
		response, err := p.next.RoundTrip(r) //nolint:bodyclose // the caller's, as of any RoundTrip
		answers <- answer{response, err}
	}()
	select {
	case a := <-answers:
		return a.response, a.err
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

func (p *plugged) failed(err error) error {
	said, _, _ := strings.Cut(strings.TrimPrefix(err.Error(), "getting credentials: "), "\n")
	todo := cmp.Or(p.plugin.InstallHint, "log in again, or run it by hand to see why")
	return fmt.Errorf("the kubeconfig's credential plugin %s failed, so that the API server was not asked: %s: %s", p.plugin.Command, said, todo)
}
