// Package store keeps what the webhook has to know about the cluster in memory:
// the templates of every namespace, compiled; the labels of namespaces; and
// of driver pods what their executors take from them.
//
// It reads through informers. Only three things are ever asked live, and only
// when the informers do not know them: a template that a pod names, an
// executor's driver, and a namespace. Such look-ups are shared, remembered for
// a moment, rate limited, and bounded in time by the caller's context.
//
// A template that stops loading keeps its last good version for as long as this
// process lives; its state says so at once.
package store
