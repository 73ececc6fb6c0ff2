package survey

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/cmd/swage/internal/doctor"
	"swage.dev/swage/cmd/swage/internal/forward"
	"swage.dev/swage/submitter/apiserver"
)

// served is what the replicas show to API servers: seen by a handshake through a
// forwarded port or, where that cannot be done, as it is kept in the Secret.
func (s *surveyor) served(ctx context.Context, in *doctor.Installation) (read doctor.Read[[]doctor.Served]) {
	seen, err := s.handshakes(ctx, in)
	if err == nil && len(seen) > 0 {
		read.Value = seen
		return read
	}
	kept, problem := s.kept(ctx, in)
	switch {
	case problem != nil && err != nil:
		read.Err = fmt.Errorf("%w; and %w", err, problem)
		return read
	case problem != nil:
		read.Err = problem
		return read
	}
	read.Value = kept
	return read
}

// handshakeTime is how long one replica may take, once the way to it is open.
const handshakeTime = 5 * time.Second

func (s *surveyor) handshakes(ctx context.Context, in *doctor.Installation) (all []doctor.Served, err error) {
	if s.Config == nil {
		return nil, nil
	}
	for i := range in.Pods.Value {
		pod := &in.Pods.Value[i]
		port := doctor.Port(pod, doctor.ServingPort)
		if !doctor.Ready(pod) || port == 0 {
			continue
		}
		right := doctor.Right{Verb: "create", Resource: "pods/portforward", Namespace: pod.Namespace}
		if err := s.mayI(ctx, right); err != nil {
			return nil, err
		}
		chain, err := s.handshake(ctx, pod, port)
		if err != nil {
			return nil, err
		}
		all = append(all, doctor.Served{By: "pod " + pod.Name, Chain: chain})
	}
	return all, nil
}

func (s *surveyor) handshake(ctx context.Context, pod *corev1.Pod, port uint16) (chain []*x509.Certificate, err error) {
	err = forward.During(ctx, forward.Options{Config: s.Config, Namespace: pod.Namespace, Pod: pod.Name, Remote: port}, func(ctx context.Context, local uint16) error {
		ctx, done := context.WithTimeout(ctx, handshakeTime)
		defer done()
		dialer := tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS13}} //nolint:gosec // whom the bundle trusts is what is to be found out
		line, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(int(local))))
		if err != nil {
			return fmt.Errorf("a handshake with pod %s: %w", pod.Name, err)
		}
		defer line.Close()
		chain = line.(*tls.Conn).ConnectionState().PeerCertificates
		return nil
	})
	return chain, err
}

// kept is the certificate in the Secret. Its key is read with it, which the API cannot avoid, and dropped.
func (s *surveyor) kept(ctx context.Context, in *doctor.Installation) ([]doctor.Served, error) {
	name := in.Secret()
	if name == "" {
		return nil, in.Deployments.Err
	}
	secret := get[corev1.Secret](ctx, s, apiserver.Ref{APIVersion: coreVersion, Kind: "Secret", Namespace: in.Place.Namespace, Name: name})
	switch {
	case secret.Err != nil:
		return nil, secret.Err
	case secret.Value == nil:
		return nil, fmt.Errorf("the Secret %s/%s does not exist: %s", in.Place.Namespace, name, in.FillsSecret())
	}
	chain, err := certificates(secret.Value.Data[corev1.TLSCertKey])
	if err != nil {
		return nil, fmt.Errorf("the Secret %s/%s: %w", in.Place.Namespace, name, err)
	}
	return []doctor.Served{{By: "Secret " + in.Place.Namespace + "/" + name, Chain: chain}}, nil
}

var errNoCertificate = errors.New("there is no certificate in it yet")

func certificates(text []byte) (chain []*x509.Certificate, err error) {
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		one, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("its certificate cannot be read: %w", err)
		}
		chain = append(chain, one)
	}
	if len(chain) == 0 {
		return nil, errNoCertificate
	}
	return chain, nil
}
