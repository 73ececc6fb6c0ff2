// Package audit reads what the API server recorded about requests: which
// webhooks it called, in which round, with what patch, and the annotations they
// sent along. That is the server's own word, not the webhook's.
package audit
