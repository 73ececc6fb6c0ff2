// Package writecheck answers the API server's question whether somebody may
// write a template: a ConfigMap that shapes other people's pods is a pod by
// proxy, so its writer needs the right to create pods where it reaches, and the
// right to write templates (R36). What does not load is refused where it is
// written, with the position, instead of where somebody's job starts.
package writecheck
