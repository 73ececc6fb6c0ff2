package product

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// The product's programs.
const (
	Swage   = "swage"
	Webhook = "swage-webhook"
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

// Build builds one program and returns its path. Go's cache makes it a second
// when nothing changed. Several processes may call it at once.
func Build(ctx context.Context, root, program string) (string, error) {
	dir, err := outputFolder(root)
	if err != nil {
		return "", err
	}
	unlock, err := lock(filepath.Join(dir, "lock"))
	if err != nil {
		return "", err
	}
	defer unlock.Close()
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
	base, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no place for the programs: %w", err)
	}
	sum := sha256.Sum256([]byte(root))
	dir := filepath.Join(base, "swage", "product", hex.EncodeToString(sum[:6]))
	return dir, os.MkdirAll(dir, 0o755)
}

func lock(path string) (io.Closer, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		file.Close()
		return nil, fmt.Errorf("wait for another build: %w", err)
	}
	return file, nil
}
