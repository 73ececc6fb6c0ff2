package image_test

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/validate"

	"swage.dev/swage/e2e/image"
)

func writeIndex(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "index.tar")
	amd, arm := hello(t), hello(t)
	amd.Architecture, arm.Architecture = "amd64", "arm64"
	if err := image.WriteIndex(path, amd, arm); err != nil {
		t.Fatal(err)
	}
	return path
}

// One archive has the image for each architecture, whole, by its name.
func TestAnIndexHasEachArchitecture(t *testing.T) {
	dir := t.TempDir()
	unpack(t, writeIndex(t), dir)
	outer, err := layout.ImageIndexFromPath(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Index(outer); err != nil {
		t.Error(err)
	}
	manifest, err := outer.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	if len(manifest.Manifests) != 1 || manifest.Manifests[0].Annotations["io.containerd.image.name"] != "localhost/hello:1" {
		t.Fatalf("it has %+v", manifest.Manifests)
	}
	inner, err := outer.ImageIndex(manifest.Manifests[0].Digest)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	each, err := inner.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range each.Manifests {
		found = append(found, one.Platform.String()+" "+architecture(t, inner, one.Digest))
	}
	if len(found) != 2 || found[0] != "linux/amd64 amd64" || found[1] != "linux/arm64 arm64" {
		t.Errorf("it is for %q", found)
	}
}

func architecture(t *testing.T, index v1.ImageIndex, digest v1.Hash) string {
	t.Helper()
	made, err := index.Image(digest)
	if err != nil {
		t.Fatal(err)
	}
	config, err := made.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	return config.Architecture
}

func TestTheSameContentsGiveTheSameIndex(t *testing.T) {
	first, err := os.ReadFile(writeIndex(t))
	if err != nil {
		t.Fatal(err)
	}
	second, err := os.ReadFile(writeIndex(t))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, second) {
		t.Error("two archives of one image differ")
	}
}

func unpack(t *testing.T, path, dir string) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for r := tar.NewReader(file); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if header.Uid != 0 || header.Gid != 0 || !header.ModTime.IsZero() && header.ModTime.Unix() != 0 {
			t.Errorf("%s has an owner or a date: %+v", header.Name, header)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(dir, header.Name)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
