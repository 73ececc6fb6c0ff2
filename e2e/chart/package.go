package chart

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"swage.dev/swage/e2e/archive"
)

// Package writes the chart as `helm install` and `helm push` take it, of a
// version without "v" which is the image's tag too. Helm's own archive carries
// the dates of files; here the same chart gives the same bytes.
func (h *Helm) Package(ctx context.Context, version, dir string) (path string, err error) {
	packed, err := os.MkdirTemp("", "chart-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(packed)
	if _, err := h.run(ctx, "package", h.chart, "--version", version, "--app-version", version, "--destination", packed); err != nil {
		return "", err
	}
	name := fmt.Sprintf("%s-%s.tgz", Release, version)
	files, err := archive.Read(filepath.Join(packed, name))
	if err != nil {
		return "", err
	}
	path = filepath.Join(dir, name)
	return path, archive.Write(path, files)
}
