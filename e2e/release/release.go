package release

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/semver"
)

// Options say what to release. Root, Out and Version are required.
type Options struct {
	// Root is the product's folder.
	Root string
	// Out receives the files. What was there is replaced, when all is written.
	Out string
	// Version is a semantic version with its "v": v1.2.3.
	Version string
	// URL is the folder from which krew will download the archives. Default:
	// https://swage.dev/releases/VERSION.
	URL string
	// Platforms are what the programs are built for. Default: AllPlatforms.
	Platforms []Platform
	// Log is told the names of the files. Default: nobody.
	Log io.Writer
}

func (o Options) withDefaults() (Options, error) {
	// What follows "+" may stand in no image's tag.
	if !semver.IsValid(o.Version) || semver.Canonical(o.Version) != o.Version {
		return o, fmt.Errorf("the version is %q: expected v1.2.3 or v1.2.3-rc.1", o.Version)
	}
	if o.URL == "" {
		o.URL = "https://swage.dev/releases/" + o.Version
	}
	if len(o.Platforms) == 0 {
		o.Platforms = AllPlatforms()
	}
	if o.Log == nil {
		o.Log = io.Discard
	}
	out, err := filepath.Abs(o.Out)
	o.Out = out
	return o, err
}

// number is the version as charts, images and names of files have it.
func (o Options) number() string { return strings.TrimPrefix(o.Version, "v") }

// run is one release in the making. Its folders get their name at the end.
type run struct {
	Options
	// dir receives the files, work the programs.
	dir, work string
}

// Write writes a release.
func Write(ctx context.Context, opts Options) error {
	opts, err := opts.withDefaults()
	if err != nil {
		return err
	}
	unfinished := opts.Out + ".unfinished"
	if err := os.RemoveAll(unfinished); err != nil {
		return err
	}
	defer os.RemoveAll(unfinished)
	r := &run{Options: opts, dir: filepath.Join(unfinished, "files"), work: filepath.Join(unfinished, "work")}
	if err := r.write(ctx); err != nil {
		return fmt.Errorf("release %s: %w", opts.Version, err)
	}
	if err := os.RemoveAll(opts.Out); err != nil {
		return err
	}
	return os.Rename(r.dir, opts.Out)
}

func (r *run) write(ctx context.Context) error {
	if err := os.MkdirAll(r.dir, 0o755); err != nil {
		return err
	}
	for _, platform := range r.Platforms {
		if err := r.compile(ctx, platform); err != nil {
			return err
		}
	}
	linked, err := r.linked(ctx)
	if err != nil {
		return err
	}
	notices, err := noticesOf(linked)
	if err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{
		func(context.Context) error { return r.archives(notices) },
		func(context.Context) error { return r.images() },
		r.chart,
		func(ctx context.Context) error { return r.bill(ctx, linked) },
		func(context.Context) error { return r.krew() },
		func(context.Context) error { return r.checksums() },
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}
