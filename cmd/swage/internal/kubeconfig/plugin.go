package kubeconfig

import (
	"cmp"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"strings"

	"k8s.io/client-go/rest"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"swage.dev/swage/submitter/apiserver"
)

// Client is the HTTP client of a configuration. Its calls end with an
// apiserver.CredentialsError where a credential plugin gives none.
func Client(config *rest.Config) (*http.Client, error) {
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, fmt.Errorf("connecting to %s: %w", config.Host, err)
	}
	if config.ExecProvider != nil {
		client.Transport = &plugged{plugin: config.ExecProvider, next: client.Transport}
	}
	return client, nil
}

// plugged is a transport that runs a program for its credentials.
type plugged struct {
	plugin *clientcmdapi.ExecConfig
	next   http.RoundTripper
}

// RoundTrip tells a failure of the plugin from one of the server: client-go has
// no type for it, but runs the plugin before it looks for a connection. What
// the plugin takes is not the server's time.
func (p *plugged) RoundTrip(r *http.Request) (*http.Response, error) {
	connecting := false
	got := apiserver.AwaitCredentials(r.Context())
	trace := &httptrace.ClientTrace{GetConn: func(string) {
		connecting = true
		got()
	}}
	response, err := p.next.RoundTrip(r.WithContext(httptrace.WithClientTrace(r.Context(), trace)))
	if err != nil && !connecting && r.Context().Err() == nil {
		return nil, &apiserver.CredentialsError{Err: p.failed(err)}
	}
	return response, err
}

func (p *plugged) failed(err error) error {
	said, _, _ := strings.Cut(strings.TrimPrefix(err.Error(), "getting credentials: "), "\n")
	todo := cmp.Or(p.plugin.InstallHint, "log in again, or run it by hand to see why")
	return fmt.Errorf("the kubeconfig's credential plugin %s failed, so that the API server was not asked: %s: %s", p.plugin.Command, said, todo)
}
