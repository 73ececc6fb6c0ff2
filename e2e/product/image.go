package product

import (
	"context"
	"path/filepath"

	"swage.dev/swage/e2e/filelock"
	"swage.dev/swage/e2e/image"
)

// WebhookImage is the name under which the manifests know the image, and under
// which executors' pods find the helper in it.
const WebhookImage = "localhost/swage-webhook:dev"

// nobody is the account that distroless images use; no file belongs to it.
const nobody = "65532:65532"

// Image writes the image where the programs are kept, and returns its path.
// Several processes may call it at once.
func Image(ctx context.Context, root string) (string, error) {
	dir, err := outputFolder(root)
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, Webhook+".tar")
	unlock, err := filelock.Take(ctx, path+".lock")
	if err != nil {
		return "", err
	}
	defer unlock()
	return path, WriteImage(ctx, root, path)
}

// WriteImage builds what runs in clusters and writes an image of it to a file.
func WriteImage(ctx context.Context, root, path string) error {
	var dir string
	for _, name := range []string{Webhook, Helper} {
		program, err := Build(ctx, root, name)
		if err != nil {
			return err
		}
		dir = filepath.Dir(program)
	}
	return image.Write(path, ImageOf(WebhookImage, dir))
}

// ImageOf is the image of that name of the programs in a folder: two static
// ones and nothing else. One image is one to mirror.
func ImageOf(name, dir string) image.Image {
	var programs image.Files
	for _, name := range []string{Webhook, Helper} {
		programs = append(programs, image.File{Path: name, From: filepath.Join(dir, name), Mode: 0o755})
	}
	return image.Image{
		Name: name, Entrypoint: []string{"/" + Webhook}, User: nobody,
		Layers: []image.Layer{programs},
		Labels: map[string]string{"org.opencontainers.image.title": Webhook},
	}
}
