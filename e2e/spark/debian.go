package spark

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// The operating system in the image. The suite is fixed: a Java that both Spark
// 3.5 and 4 run on is not in every one.
const (
	suite         = "bookworm"
	imagePackages = "openjdk-17-jre-headless,tini,procps,python3"
)

// debian makes the image's lowest layer, which all versions share.
func (m maker) debian(ctx context.Context) error {
	return m.once(m.debianLayer(), "a Debian with Java for Spark's image", func(layer string) error {
		root := layer + ".root"
		defer os.RemoveAll(root) // the layer is a copy
		if err := os.RemoveAll(root); err != nil {
			return err
		}
		// In a mount namespace of its own, so that no mount of its is left when
		// it is killed.
		err := run(ctx, "unshare", "--mount", "debootstrap", "--variant=minbase", "--include="+imagePackages, suite, root)
		if err != nil {
			return err
		}
		if err := addUser(filepath.Join(root, "etc", "passwd")); err != nil {
			return err
		}
		return run(ctx, "tar", "--create", "--file", layer, "--directory", root, "--numeric-owner", "--sort=name",
			"--exclude=./dev/*", "--exclude=./proc/*", "--exclude=./sys/*", "--exclude=./var/cache/apt/*", "--exclude=./var/lib/apt/lists/*",
			"--exclude=./usr/share/doc/*", "--exclude=./usr/share/man/*", "--exclude=./usr/share/locale/*", ".")
	})
}

func (m maker) debianLayer() string {
	return filepath.Join(m.opts.Cache, "debian-"+suite+"-java17.tar")
}

// user is Spark's own, as in its own images.
const user = "185"

func addUser(passwd string) error {
	file, err := os.OpenFile(passwd, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = fmt.Fprintf(file, "spark:x:%[1]s:0:Spark:/opt/spark:/bin/bash\n", user)
	return err
}

// run runs a command; an error has the end of what it said.
func run(ctx context.Context, name string, args ...string) error {
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if err != nil {
		const enough = 2000
		return fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, out[max(0, len(out)-enough):])
	}
	return nil
}
