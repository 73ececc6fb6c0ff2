package spark

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"swage.dev/swage/e2e/image"
)

//go:embed entrypoint.sh
var entrypoint string

//go:embed decom.sh
var decommission string

// image puts the layers together.
func (m maker) image(ctx context.Context) error {
	return m.once(m.archive(), "the image of Spark "+m.opts.Version, func(archive string) error {
		layer := archive + ".layer"
		defer os.Remove(layer)
		err := run(ctx, "tar", "--create", "--file", layer, "--directory", m.path("home"), "--transform=s,^\\./,opt/spark/,",
			"--sort=name", "--owner=0", "--group=0", "--mtime=@0", "./bin", "./sbin", "./jars", "./examples", "./python")
		if err != nil {
			return err
		}
		python, err := m.pythonPath()
		if err != nil {
			return err
		}
		return image.Write(archive, image.Image{
			Name: m.imageName(), Entrypoint: []string{"/opt/entrypoint.sh"}, User: user, WorkingDir: "/opt/spark/work-dir",
			Env: []string{
				"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "SPARK_HOME=/opt/spark",
				"PYTHONPATH=" + python, "JAVA_HOME=/usr/lib/jvm/java-17-openjdk-" + image.Architecture(),
			},
			Layers: []image.Layer{image.Archive(m.debianLayer()), image.Archive(layer), own()},
		})
	})
}

// own is the layer of what is ours.
func own() image.Files {
	return image.Files{
		{Path: "opt/entrypoint.sh", Text: entrypoint, Mode: 0o755},
		{Path: "opt/decom.sh", Text: decommission, Mode: 0o755},
		{Path: "opt/spark/work-dir/", Mode: 0o775}, // its user's group may write, as in Spark's own images: a driver puts copies of its files there
	}
}

// pythonPath is for drivers that are started without spark-submit.
func (m maker) pythonPath() (string, error) {
	zips, err := filepath.Glob(m.path("home/python/lib/*.zip"))
	if err != nil {
		return "", err
	}
	if len(zips) == 0 {
		return "", fmt.Errorf("no Python libraries in %s", m.path("home/python/lib"))
	}
	for i, zip := range zips {
		zips[i] = "/opt/spark/python/lib/" + filepath.Base(zip)
	}
	return strings.Join(zips, ":"), nil
}

func (m maker) imageName() string { return "localhost/spark:" + m.opts.Version }

// archive is named after what is ours too: a changed entrypoint makes a new one.
func (m maker) archive() string {
	sum := sha256.Sum256(fmt.Append(nil, own()))
	return m.path("image-" + hex.EncodeToString(sum[:4]) + ".tar")
}
