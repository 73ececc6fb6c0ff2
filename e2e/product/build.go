package product

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"swage.dev/swage/e2e/cachedir"
	"swage.dev/swage/e2e/filelock"
)

// The product's programs.
const (
	Swage   = "swage"
	Webhook = "swage-webhook"
	Helper  = "swage-helper"
)

const module = "swage.dev/swage"

// Root is the folder of the product's module. dir is a folder in the e2e
// module, "" being the working directory.
func Root(ctx context.Context, dir string) (string, error) {
	list := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", module)
	list.Dir = dir
	var problem bytes.Buffer
	list.Stderr = &problem
	out, err := list.Output()
	if err != nil {
		return "", fmt.Errorf("find the module %s: %w\n%s", module, err, &problem)
	}
	return string(bytes.TrimSpace(out)), nil
}

// Program builds one program of the product that the working directory is part
// of, and returns its path. See Build.
func Program(ctx context.Context, program string) (string, error) {
	root, err := Root(ctx, "")
	if err != nil {
		return "", err
	}
	return Build(ctx, root, program)
}

// Build builds one program and returns its path. Go's cache makes it a second
// when nothing changed. Several processes may call it at once.
func Build(ctx context.Context, root, program string) (string, error) {
	dir, err := outputFolder(root)
	if err != nil {
		return "", err
	}
	unlock, err := filelock.Take(ctx, filepath.Join(dir, "lock"))
	if err != nil {
		return "", err
	}
	defer unlock()
	path := filepath.Join(dir, program)
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", path, "./cmd/"+program)
	build.Dir = root
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", program, err, out)
	}
	return path, nil
}

// outputFolder is one for each work tree: two of them must not run each other's programs.
func outputFolder(root string) (string, error) {
	base, err := cachedir.Of("product")
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(root))
	dir := filepath.Join(base, hex.EncodeToString(sum[:6]))
	return dir, os.MkdirAll(dir, 0o755)
}
