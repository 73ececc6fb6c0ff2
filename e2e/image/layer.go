package image

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Layer is the contents of one layer: a tar archive that can be read again and
// again.
type Layer interface {
	Open() (io.ReadCloser, error)
}

// plainLayer is a layer that is not compressed: the archives stay on this
// machine, where packing and unpacking a gigabyte costs more than keeping it.
type plainLayer struct {
	from Layer
	hash v1.Hash
	size int64
}

func layerOf(from Layer, packed types.MediaType) (v1.Layer, error) {
	if packed == "" {
		return newLayer(from)
	}
	return tarball.LayerFromOpener(from.Open, tarball.WithMediaType(packed), tarball.WithCompressionLevel(gzip.BestCompression))
}

func newLayer(from Layer) (*plainLayer, error) {
	content, err := from.Open()
	if err != nil {
		return nil, err
	}
	defer content.Close()
	sum := sha256.New()
	size, err := io.Copy(sum, content)
	if err != nil {
		return nil, err
	}
	return &plainLayer{from: from, size: size, hash: v1.Hash{Algorithm: "sha256", Hex: hex.EncodeToString(sum.Sum(nil))}}, nil
}

// Digest and those below are v1.Layer. Without compression the two digests and
// the two contents are the same.
func (l *plainLayer) Digest() (v1.Hash, error)             { return l.hash, nil }
func (l *plainLayer) DiffID() (v1.Hash, error)             { return l.hash, nil }
func (l *plainLayer) Compressed() (io.ReadCloser, error)   { return l.from.Open() }
func (l *plainLayer) Uncompressed() (io.ReadCloser, error) { return l.from.Open() }
func (l *plainLayer) Size() (int64, error)                 { return l.size, nil }
func (l *plainLayer) MediaType() (types.MediaType, error)  { return types.DockerUncompressedLayer, nil }
