package product

import (
	"context"
	"path/filepath"

	"swage.dev/swage/e2e/filelock"
	"swage.dev/swage/e2e/image"
)

// WebhookImage is the name under which the manifests know the image.
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

// WriteImage builds swage-webhook and writes an image of it to a file: one
// static program and nothing else.
func WriteImage(ctx context.Context, root, path string) error {
	program, err := Build(ctx, root, Webhook)
	if err != nil {
		return err
	}
	return image.Write(path, image.Image{
		Name: WebhookImage, Entrypoint: []string{"/" + Webhook}, User: nobody,
		Layers: []image.Layer{image.Files{{Path: Webhook, From: program, Mode: 0o755}}},
		Labels: map[string]string{"org.opencontainers.image.title": Webhook},
	})
}
