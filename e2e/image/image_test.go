package image_test

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/validate"

	"swage.dev/swage/e2e/image"
)

func hello(t *testing.T) image.Image {
	t.Helper()
	from := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(from, []byte("#!/bin/sh\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return image.Image{
		Name: "localhost/hello:1", Entrypoint: []string{"/hello"}, User: "65532",
		Layers: []image.Layer{
			image.Files{{Path: "etc/motd", Text: "below", Mode: 0o644}, {Path: "etc/kept", Text: "kept", Mode: 0o600}},
			image.Files{{Path: "hello", From: from, Mode: 0o755}, {Path: "etc/motd", Text: "above", Mode: 0o644}, {Path: "hi", Link: "hello"}},
		},
	}
}

func write(t *testing.T, what image.Image) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "image.tar")
	if err := image.Write(path, what); err != nil {
		t.Fatal(err)
	}
	return path
}

// Another implementation reads it: the digests are right, the upper layer wins.
func TestAnImageIsWhatItSays(t *testing.T) {
	made, err := tarball.ImageFromPath(write(t, hello(t)), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Image(made); err != nil {
		t.Error(err)
	}
	config, err := made.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	if c := config.Config; c.User != "65532" || len(c.Entrypoint) != 1 || c.Entrypoint[0] != "/hello" || config.OS != "linux" || config.Architecture == "" {
		t.Errorf("the configuration is %+v", config)
	}
	flat := mutate.Extract(made)
	defer flat.Close()
	want := map[string]string{"etc/motd": "above", "etc/kept": "kept", "hello": "#!/bin/sh\n", "hi": "-> hello"}
	if got := contents(t, flat); len(got) != len(want) {
		t.Errorf("got %v, want %v", got, want)
	} else {
		for path, text := range want {
			if got[path] != text {
				t.Errorf("%s: got %q, want %q", path, got[path], text)
			}
		}
	}
}

func contents(t *testing.T, archive io.Reader) map[string]string {
	t.Helper()
	found := map[string]string{}
	for r := tar.NewReader(archive); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		found[header.Name] = string(text)
		if header.Linkname != "" {
			found[header.Name] = "-> " + header.Linkname
		}
	}
}

func TestTheSameContentsGiveTheSameBytes(t *testing.T) {
	what := hello(t)
	first, err := os.ReadFile(write(t, what))
	if err != nil {
		t.Fatal(err)
	}
	second, err := os.ReadFile(write(t, what))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, second) {
		t.Error("two archives of one image differ")
	}
}

func TestAnArchiveIsALayer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "layer.tar")
	layer, err := image.Files{{Path: "a", Text: "b", Mode: 0o644}}.Open()
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(layer)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	made, err := tarball.ImageFromPath(write(t, image.Image{Name: "localhost/a:1", Layers: []image.Layer{image.Archive(path)}}), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Image(made); err != nil {
		t.Error(err)
	}
}

func TestAFailureLeavesNoFileOfThatName(t *testing.T) {
	path := filepath.Join(t.TempDir(), "image.tar")
	err := image.Write(path, image.Image{Name: "localhost/a:1", Layers: []image.Layer{image.Archive("/no/such/file")}})
	if err == nil {
		t.Error("no error for a layer that does not exist")
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("an unfinished image has the name of a finished one")
	}
}
