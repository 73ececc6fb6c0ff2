package subresource

import "testing"

// A server may be behind a path, as with Rancher and other proxies; a name never leaves its place in the path.
func TestURL(t *testing.T) {
	for _, row := range []struct{ host, pod, want string }{
		{"https://host:6443", "pi", "https://host:6443/api/v1/namespaces/jobs/pods/pi/attach"},
		{"https://host/", "pi", "https://host/api/v1/namespaces/jobs/pods/pi/attach"},
		{"https://host/k8s/clusters/c-1", "pi", "https://host/k8s/clusters/c-1/api/v1/namespaces/jobs/pods/pi/attach"},
	} {
		got, err := URL(row.host, "jobs", row.pod, "attach")
		if err != nil || got.String() != row.want {
			t.Errorf("%s: %s, %v; want %s", row.host, got, err, row.want)
		}
	}
	if _, err := URL("https://%", "jobs", "pi", "attach"); err == nil {
		t.Error("what is no URL was taken")
	}
}
