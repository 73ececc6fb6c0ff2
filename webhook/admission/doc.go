// Package admission answers the API server's admission reviews of pods.
//
// http.go is the transport: paths, limits, codes. handler.go decides what
// becomes of a pod. response.go writes the answer. report.go tells logs,
// metrics and Events what was decided. Each admission has one verdict of
// podtemplate's closed list, and all of these say the same.
//
// What could not be decided is an HTTP error without an admission review: an
// answer "allowed: false" would be a refusal even where the webhook's
// failurePolicy is Ignore. So it is the failurePolicy that decides about pods
// in that case, and a server that is not ready never admits a pod unshaped.
package admission
