package webhook

import (
	"errors"
	"fmt"

	"swage.dev/swage/certs"
)

// check is one thing that readiness asks for.
type check struct {
	name string
	err  error
}

var (
	errDraining  = errors.New("the server was told to stop")
	errNotSynced = errors.New("the templates have not been read yet")
)

// checks are what readiness asks for. That every check is listed, passed or
// not, is for people who ask by hand.
func (s *Server) checks() []check {
	draining := check{name: "not stopping"}
	if s.draining.Load() {
		draining.err = errDraining
	}
	templates := check{name: "templates"}
	if !s.store.Synced() {
		templates.err = errNotSynced
	}
	certificate := check{name: "certificate", err: s.opts.Certificates.Healthy()}
	return []check{draining, templates, certificate, s.port(certificate.err)}
}

// port dials the own port, so it proves that a handshake works with what is
// served. Without a certificate none can, and each would be logged as failed.
func (s *Server) port(certificate error) check {
	if errors.Is(certificate, certs.ErrNotAvailable) {
		return check{name: "port", err: certs.ErrNotAvailable}
	}
	return check{name: "port", err: s.tls.StartedChecker()(nil)}
}

// Ready is nil when the server can answer admission reviews and does not want to stop.
func (s *Server) Ready() error {
	var problems []error
	for _, c := range s.checks() {
		if c.err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", c.name, c.err))
		}
	}
	return errors.Join(problems...)
}
