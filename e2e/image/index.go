package image

import (
	"archive/tar"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// WriteIndex writes one archive of an image for several architectures: an OCI
// layout, with packed layers, under the first one's name. `ctr images import`,
// `podman load` and `skopeo copy --all oci-archive:` read it.
func WriteIndex(path string, images ...Image) error {
	if err := writeIndex(path+".unfinished", images); err != nil {
		return fmt.Errorf("write the image %s: %w", images[0].Name, err)
	}
	return os.Rename(path+".unfinished", path)
}

func writeIndex(path string, images []Image) error {
	tag, err := name.NewTag(images[0].Name)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "image-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	index, err := indexOf(images)
	if err != nil {
		return err
	}
	folder, err := layout.Write(dir, mutate.IndexMediaType(empty.Index, types.OCIImageIndex))
	if err != nil {
		return err
	}
	// The second is the specification's, the first what containerd and Docker read.
	named := map[string]string{"io.containerd.image.name": tag.Name(), "org.opencontainers.image.ref.name": tag.TagStr()}
	if err := folder.AppendIndex(index, layout.WithAnnotations(named)); err != nil {
		return err
	}
	return archive(path, os.DirFS(dir))
}

func indexOf(images []Image) (v1.ImageIndex, error) {
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, what := range images {
		made, err := what.assemble(types.OCILayer)
		if err != nil {
			return nil, err
		}
		made = mutate.ConfigMediaType(mutate.MediaType(made, types.OCIManifestSchema1), types.OCIConfigJSON)
		index = mutate.AppendManifests(index, mutate.IndexAddendum{
			Add:        made,
			Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: what.architecture()}},
		})
	}
	return index, nil
}

// archive packs a folder, sorted, without owners and dates.
func archive(path string, folder fs.FS) error {
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	defer out.Close()
	w := tar.NewWriter(out)
	err = fs.WalkDir(folder, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		return pack(w, folder, file)
	})
	if err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return out.Close()
}

func pack(w *tar.Writer, folder fs.FS, file string) error {
	content, err := folder.Open(file)
	if err != nil {
		return err
	}
	defer content.Close()
	info, err := content.Stat()
	if err != nil {
		return err
	}
	if err := w.WriteHeader(&tar.Header{Name: file, Mode: 0o644, Typeflag: tar.TypeReg, Size: info.Size()}); err != nil {
		return err
	}
	_, err = io.Copy(w, content)
	return err
}
