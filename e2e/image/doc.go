// Package image writes container images as archives, without a daemon and
// without a registry: `docker load`, `podman load` and `ctr images import` read
// them. The same contents give the same bytes.
package image
