// Package bench measures what admission costs where it counts: at the API
// server, beside other ways to change a pod and beside none. See
// docs/performance.md.
package bench
