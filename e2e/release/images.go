package release

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"swage.dev/swage/e2e/chart"
	"swage.dev/swage/e2e/image"
	"swage.dev/swage/e2e/product"
)

// imageName is the image's name before it is pushed anywhere: the chart's
// repository, and the tag that the released chart asks for.
func (r *run) imageName() string {
	repository, _, _ := strings.Cut(product.WebhookImage, ":")
	return repository + ":" + r.number()
}

// images writes one archive for each architecture, which `docker load` reads,
// and one for all, which keeps them under one name in a registry.
func (r *run) images() error {
	var all []image.Image
	for _, platform := range r.Platforms {
		if platform.OS != "linux" {
			continue
		}
		made := product.ImageOf(r.imageName(), r.folder(platform))
		made.Architecture, made.Compress = platform.Arch, true
		made.Labels["org.opencontainers.image.version"] = r.number()
		made.Labels["org.opencontainers.image.licenses"] = "Apache-2.0"
		name := fmt.Sprintf("%s_%s_image_%s.tar", product.Webhook, r.number(), platform.Arch)
		if err := image.Write(filepath.Join(r.dir, name), made); err != nil {
			return err
		}
		all = append(all, made)
	}
	if len(all) == 0 {
		return nil
	}
	return image.WriteIndex(filepath.Join(r.dir, fmt.Sprintf("%s_%s_image.oci.tar", product.Webhook, r.number())), all...)
}

func (r *run) chart(ctx context.Context) error {
	home, err := os.MkdirTemp("", "helm-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(home)
	helm, err := chart.New(ctx, r.Root, home)
	if err != nil {
		return err
	}
	_, err = helm.Package(ctx, r.number(), r.dir)
	return err
}
