package release

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"swage.dev/swage/e2e/product"
)

// Platform is an operating system and a processor, as Go names them.
type Platform struct{ OS, Arch string }

// AllPlatforms are those that a release is for.
func AllPlatforms() []Platform {
	return []Platform{{"linux", "amd64"}, {"linux", "arm64"}, {"darwin", "amd64"}, {"darwin", "arm64"}}
}

// Host is this machine's.
func Host() Platform { return Platform{runtime.GOOS, runtime.GOARCH} }

// ParsePlatforms reads a list such as "linux/amd64 darwin/arm64".
func ParsePlatforms(list string) (platforms []Platform, err error) {
	for _, word := range strings.Fields(list) {
		system, arch, found := strings.Cut(word, "/")
		if !found || system == "" || arch == "" || strings.Contains(arch, "/") {
			return nil, fmt.Errorf("the platform is %q: expected one such as linux/amd64", word)
		}
		platforms = append(platforms, Platform{system, arch})
	}
	return platforms, nil
}

func (p Platform) String() string { return p.OS + "/" + p.Arch }

// programs are in every archive: what users run, and what the image consists of.
func programs() []string { return []string{product.Swage, product.Webhook, product.Helper} }

// folder has the programs that were built for a platform.
func (r *run) folder(p Platform) string { return filepath.Join(r.work, p.OS+"_"+p.Arch) }

// compile builds the programs for a platform, static and without anything of
// this machine in them: no paths, no state of git. The version is told to the linker.
func (r *run) compile(ctx context.Context, p Platform) error {
	dir := r.folder(p)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	args := []string{
		"build", "-mod=readonly", "-trimpath", "-buildvcs=false",
		"-ldflags", "-s -w -X swage.dev/swage/cmd/internal/buildversion.released=" + r.Version,
		"-o", dir + string(filepath.Separator),
	}
	for _, program := range programs() {
		args = append(args, "./cmd/"+program)
	}
	build := exec.CommandContext(ctx, "go", args...)
	build.Dir = r.Root
	// Whatever the environment says of these would make the bytes differ.
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+p.OS, "GOARCH="+p.Arch, "GOAMD64=v1", "GOARM64=v8.0",
		"GOFLAGS=", "GOEXPERIMENT=", "GOFIPS140=off", "GOWORK=off")
	var said bytes.Buffer
	build.Stdout, build.Stderr = &said, &said
	if err := build.Run(); err != nil {
		return fmt.Errorf("build for %s: %w\n%s", p, err, &said)
	}
	return nil
}
