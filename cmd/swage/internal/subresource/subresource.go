// Package subresource finds the parts of a pod to which one connects, instead of reading or writing them.
package subresource

import (
	"fmt"
	"net/url"
	"strings"
)

// URL is that of a pod's subresource at the API server whose URL is host: attach, exec, portforward.
func URL(host, namespace, pod, name string) (*url.URL, error) {
	server, err := url.Parse(strings.TrimSuffix(host, "/"))
	if err != nil {
		return nil, fmt.Errorf("the API server's URL: %w", err)
	}
	return server.JoinPath("api/v1/namespaces", namespace, "pods", pod, name), nil
}
