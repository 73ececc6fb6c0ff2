package apiserver

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// CredentialsError is that of a call for which there are no credentials: the
// server was not asked. The transport of a Server's client returns it.
type CredentialsError struct{ Err error }

func (e *CredentialsError) Error() string { return e.Err.Error() }
func (e *CredentialsError) Unwrap() error { return e.Err }

// unreached is why a call got no answer.
func (s *Server) unreached(err error) error {
	if none := (*CredentialsError)(nil); errors.As(err, &none) {
		return none
	}
	if untrusted := (*tls.CertificateVerificationError)(nil); errors.As(err, &untrusted) {
		return fmt.Errorf("the API server's certificate is not trusted: give its authority %s: %w", s.trust(), err)
	}
	return fmt.Errorf("the API server does not answer: %w", err)
}

// explain adds what to do to the server's one word for credentials that it does not take.
func explain(status *metav1.Status) {
	if status.Code == http.StatusUnauthorized {
		status.Message += ": the API server does not take the credentials, which may have expired: log in again, or give others"
	}
}
