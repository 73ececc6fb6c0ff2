// Package webhook is the server: it puts together the template store, the
// admission handler, the certificates and the endpoints for probes and metrics,
// and runs them until it is told to stop.
//
// It is ready when the templates have been read, the certificate source is
// healthy and its own port answers. When it is told to stop it says that it is
// not ready, serves on until every API server has noticed, and only then closes.
//
// Below it, each usable alone: store (what is known about the cluster),
// admission (the handler), events, metrics.
package webhook
