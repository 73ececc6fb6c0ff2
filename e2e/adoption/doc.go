// Package adoption shows how Spark's allocator meets executors that Swage made
// before it: a real driver, on this machine, works against a real API server,
// and the test plays scheduler and kubelet. So there can be thirty executors, and what is
// counted is the API server's own record of what the driver asked it for.
package adoption
