package nodes

import (
	"context"
	"fmt"

	"swage.dev/swage/e2e/image"
	"swage.dev/swage/e2e/programs"
)

// PauseImage holds each pod's namespaces; it is made of this repository's own
// pause program, and does for any container that only has to be there.
const PauseImage = "localhost/pause:1"

// importImages gives a node its images.
func (c *Cluster) importImages(ctx context.Context, n *node) error {
	for _, archive := range append([]string{c.pauseArchive()}, c.opts.Images...) {
		if err := c.importImage(ctx, n, archive); err != nil {
			return err
		}
	}
	return nil
}

func (c *Cluster) pauseArchive() string { return c.dir.File("pause.tar") }

func (c *Cluster) writePause() error {
	return image.Write(c.pauseArchive(), image.Image{
		Name: PauseImage, Entrypoint: []string{"/pause"},
		Layers: []image.Layer{image.Files{{Path: "pause", From: c.programs[programs.Pause], Mode: 0o755}}},
	})
}

// Import gives every node one more image, from an archive.
func (c *Cluster) Import(ctx context.Context, archive string) error {
	for _, n := range c.nodes {
		if err := c.importImage(ctx, n, archive); err != nil {
			return err
		}
	}
	return nil
}

func (c *Cluster) importImage(ctx context.Context, n *node, archive string) error {
	if _, err := c.ctr(ctx, n, "images", "import", "--platform=linux/"+image.Architecture(), archive); err != nil {
		return fmt.Errorf("give %s an image: %w", n.name, err)
	}
	return nil
}

// ctr runs containerd's own client, in the namespace that Kubernetes uses.
func (c *Cluster) ctr(ctx context.Context, n *node, args ...string) ([]byte, error) {
	return c.machine.Run(ctx, c.programs[programs.Ctr], append([]string{"--address=" + n.socket(), "--namespace=k8s.io"}, args...)...)
}
