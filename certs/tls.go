package certs

import "crypto/tls"

// TLSConfig is a server configuration that speaks TLS 1.3 alone and asks src
// for the leaf at each handshake. Every API server of a supported Kubernetes
// release speaks 1.3.
func TLSConfig(src Source) *tls.Config {
	cfg := &tls.Config{NextProtos: []string{"h2", "http/1.1"}}
	ConfigureTLS(src)(cfg)
	return cfg
}

// ConfigureTLS is TLSConfig for a server that makes its own tls.Config and
// takes functions over it, as controller-runtime's webhook.Server does. That
// server reads files of its own only where GetCertificate is not set.
func ConfigureTLS(src Source) func(*tls.Config) {
	return func(cfg *tls.Config) {
		cfg.MinVersion = tls.VersionTLS13
		cfg.GetCertificate = src.GetCertificate
	}
}
