package release_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"swage.dev/swage/e2e/archive"
	"swage.dev/swage/e2e/clustertest"
	"swage.dev/swage/e2e/product"
	"swage.dev/swage/e2e/release"
)

// version is no version of Swage's, so that none of its files passes by chance.
const version = "v7.8.9-test.1"

var platforms = flag.String("platforms", release.Host().String(), "what to build for, for instance \"linux/amd64 darwin/arm64\"")

// dist is the release that the tests look at.
var dist string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	flag.Parse()
	dir, err := os.MkdirTemp("", "release-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	dist = filepath.Join(dir, version)
	if err := write(context.Background(), "", dist); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// write makes the release of a source tree, "" being this one.
func write(ctx context.Context, root, out string) (err error) {
	if root == "" {
		if root, err = product.Root(ctx, ""); err != nil {
			return err
		}
	}
	wanted, err := wantedPlatforms()
	if err != nil {
		return err
	}
	return release.Write(ctx, release.Options{Root: root, Out: out, Version: version, Platforms: wanted})
}

// wantedPlatforms are those asked for, and this machine's, whose programs are run.
func wantedPlatforms() ([]release.Platform, error) {
	wanted, err := release.ParsePlatforms(*platforms)
	if err == nil && !slices.Contains(wanted, release.Host()) {
		wanted = append(wanted, release.Host())
	}
	return wanted, err
}

// unpacked has what this machine's archive has.
func unpacked(t *testing.T) string {
	t.Helper()
	host := release.Host()
	files, err := archive.Read(filepath.Join(dist, fmt.Sprintf("swage_%s_%s_%s.tar.gz", version[1:], host.OS, host.Arch)))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, file := range files {
		if err := os.WriteFile(filepath.Join(dir, file.Name), file.Content, os.FileMode(file.Mode)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func text(t *testing.T, file string) []byte {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// names are the files of a release.
func names(t *testing.T, dir string) (all []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		all = append(all, entry.Name())
	}
	return all
}

func root(t *testing.T) string { return clustertest.Root(t) }
