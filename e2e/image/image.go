package image

import (
	"fmt"
	"os"
	"runtime"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Image says what an image is made of. Name and Layers are required.
type Image struct {
	// Name is the reference it is loaded under: repository:tag.
	Name string
	// Layers are its files, the lowest layer first.
	Layers []Layer
	// Entrypoint is the program and its first arguments. Default: none.
	Entrypoint []string
	// Env is the environment, as name=value. Default: a PATH.
	Env []string
	// User runs it: a number, so that Kubernetes can see that it is not root.
	// Default: root.
	User string
	// WorkingDir is where it starts. Default: /.
	WorkingDir string
	// Labels are the image's. Default: none.
	Labels map[string]string
	// Architecture is what its programs were built for, as Go names it. Default:
	// this machine's.
	Architecture string
	// Compress packs the layers, for images that go through a network. Default:
	// plain layers, since packing costs more than keeping them on this machine.
	Compress bool
}

const defaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// Architecture is that of the images: this machine's.
func Architecture() string { return runtime.GOARCH }

// Write writes the image's archive. The file gets its name when it is whole.
func Write(path string, what Image) error {
	if err := write(path+".unfinished", what); err != nil {
		return fmt.Errorf("write the image %s: %w", what.Name, err)
	}
	return os.Rename(path+".unfinished", path)
}

func write(path string, what Image) error {
	tag, err := name.NewTag(what.Name)
	if err != nil {
		return err
	}
	var packed types.MediaType
	if what.Compress {
		packed = types.DockerLayer
	}
	made, err := what.assemble(packed)
	if err != nil {
		return err
	}
	return tarball.WriteToFile(path, tag, made)
}

// assemble makes the image, of layers of that type, or of plain ones for none.
func (i Image) assemble(packed types.MediaType) (v1.Image, error) {
	made, err := mutate.ConfigFile(empty.Image, i.config())
	if err != nil {
		return nil, err
	}
	for _, part := range i.Layers {
		layer, err := layerOf(part, packed)
		if err != nil {
			return nil, err
		}
		if made, err = mutate.AppendLayers(made, layer); err != nil {
			return nil, err
		}
	}
	return made, nil
}

func (i Image) config() *v1.ConfigFile {
	env := i.Env
	if len(env) == 0 {
		env = []string{defaultPath}
	}
	return &v1.ConfigFile{
		Architecture: i.architecture(), OS: "linux",
		RootFS: v1.RootFS{Type: "layers"},
		Config: v1.Config{Entrypoint: i.Entrypoint, Env: env, User: i.User, WorkingDir: i.WorkingDir, Labels: i.Labels},
	}
}

func (i Image) architecture() string {
	if i.Architecture == "" {
		return Architecture()
	}
	return i.Architecture
}
