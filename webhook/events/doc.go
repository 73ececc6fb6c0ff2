// Package events tells people by Kubernetes Events what the webhook decided.
//
// Events are a courtesy: they are aggregated by object and reason, rate
// limited, and dropped rather than waited for. An admission never waits for one.
package events
