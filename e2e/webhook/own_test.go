package webhook_test

import (
	"context"
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"

	"swage.dev/swage/certs"
	"swage.dev/swage/e2e/swagewebhook"
	"swage.dev/swage/e2e/webhooktest"
	"swage.dev/swage/webhook"
)

// own is a webhook of one test, in this process, for a namespace of its own.
type own struct {
	*swagewebhook.Server
	namespace string
	// config is the name of its registration.
	config string
}

// serveOwn runs it; the API server does not know it yet. Without a Config it
// has the rights of a server whose certificates are files; without Certificates it serves from files.
func serveOwn(t *testing.T, opts webhook.Options) *swagewebhook.Server {
	t.Helper()
	if opts.Config == nil {
		opts.Config = granted(t, "files", webhooktest.SystemNamespace, "certificates.source=files", "certificates.secretName=mounted")
	}
	if opts.Certificates == nil {
		opts.Certificates = filesOf(t)
	}
	s, err := swagewebhook.Serve(context.WithoutCancel(t.Context()), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Errorf("stop the test's own webhook: %v", err)
		}
	})
	return s
}

// startOwn also registers it and waits until it is asked. edit comes last.
func startOwn(t *testing.T, opts webhook.Options, edit func(*admissionv1.MutatingWebhookConfiguration)) own {
	t.Helper()
	s := serveOwn(t, opts)
	if err := s.WaitReady(t.Context()); err != nil {
		t.Fatal(err)
	}
	o := own{Server: s}
	o.namespace, o.config = register(t, webhooktest.Endpoint{URL: s.URL, CABundle: server.CA().PEM()}, edit)
	return o
}

// register makes a namespace that only this endpoint is asked about.
func register(t *testing.T, endpoint webhooktest.Endpoint, edit func(*admissionv1.MutatingWebhookConfiguration)) (namespace, config string) {
	t.Helper()
	namespace, narrow := server.OwnWebhook(t)
	alsoRegister(t, namespace, endpoint, func(c *admissionv1.MutatingWebhookConfiguration) {
		narrow(c)
		if edit != nil {
			edit(c)
		}
		config = c.Name
	})
	return namespace, config
}

func alsoRegister(t *testing.T, namespace string, endpoint webhooktest.Endpoint, edit func(*admissionv1.MutatingWebhookConfiguration)) {
	t.Helper()
	webhooktest.Register(t, &server.Server, endpoint, webhooktest.Options{ProbeNamespace: namespace, Edit: edit})
}

// filesOf is a certificate from files, by the authority of the tests.
func filesOf(t *testing.T) webhook.Certificates {
	t.Helper()
	files, err := certs.NewFiles(certs.FilesOptions{Dir: certificateDir(t)})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
