package certs_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"

	"k8s.io/client-go/kubernetes"

	"swage.dev/swage/certs"
)

// A server that makes its own certificate. Run src.Start beside the server and
// let readiness ask Healthy.
func ExampleNewSelf() {
	serve := func(ctx context.Context, client kubernetes.Interface, handler http.Handler) error {
		src, err := certs.NewSelf(certs.SelfOptions{
			Client:         client,
			Namespace:      "swage-system",
			Service:        "swage-webhook",
			Configurations: certs.Configurations{Mutating: []string{"00-swage"}, Validating: []string{"swage"}},
		})
		if err != nil {
			return err
		}
		ctx, cancel := context.WithCancel(ctx)
		started := make(chan error, 1)
		go func() { started <- src.Start(ctx) }()
		server := &http.Server{Addr: ":9443", Handler: handler, TLSConfig: certs.TLSConfig(src)}
		err = server.ListenAndServeTLS("", "")
		cancel()
		return errors.Join(err, <-started)
	}
	_ = serve
}

// A source that was not started yet has nothing to serve, and says so in a way
// that a caller can decide on.
func ExampleFiles() {
	src, err := certs.NewFiles(certs.FilesOptions{Dir: "/etc/swage/tls", Host: "swage-webhook.swage-system.svc"})
	if err != nil {
		fmt.Println(err)
		return
	}
	config := certs.TLSConfig(src)
	fmt.Println("TLS 1.3 alone:", config.MinVersion == tls.VersionTLS13)
	fmt.Println("not ready:", errors.Is(src.Healthy(), certs.ErrNotAvailable))
	// Output:
	// TLS 1.3 alone: true
	// not ready: true
}
