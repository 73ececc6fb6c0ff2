package spark

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"swage.dev/swage/e2e/cachedir"
	"swage.dev/swage/e2e/filelock"
	"swage.dev/swage/e2e/needs"
)

// Options say which Spark and where. The zero value is good.
type Options struct {
	// Version of pyspark. Default: $SPARK, else DefaultVersion.
	Version string
	// Cache receives what is made. Default: swage/spark in the user's cache
	// folder, ${XDG_CACHE_HOME:-~/.cache}.
	Cache string
	// Log is told what is made and how long it took. Default: standard error.
	Log io.Writer
}

func (o Options) withDefaults() (Options, error) {
	if o.Log == nil {
		o.Log = os.Stderr
	}
	var err error
	if o.Cache == "" {
		if o.Cache, err = cachedir.Of("spark"); err != nil {
			return o, err
		}
	}
	if o.Version == "" {
		o.Version, err = Version()
	}
	return o, err
}

// Spark is one that is there.
type Spark struct {
	Version string
	// Home is a SPARK_HOME on this machine.
	Home string
	// Image is the name of the image, Archive the file that has it.
	Image, Archive string
}

// Make makes sure that Spark exists and says where. Several processes may call
// it at once: one works, the others wait for it.
func Make(ctx context.Context, opts Options) (*Spark, error) {
	opts, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	if err := needs.Check(ctx, needs.Spark()); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(opts.Cache, 0o755); err != nil {
		return nil, err
	}
	unlock, err := filelock.Take(ctx, filepath.Join(opts.Cache, "lock"))
	if err != nil {
		return nil, err
	}
	defer unlock()
	m := maker{opts}
	for _, step := range []func(context.Context) error{m.debian, m.home, m.image} {
		if err := step(ctx); err != nil {
			return nil, fmt.Errorf("make Spark %s: %w", opts.Version, err)
		}
	}
	return &Spark{Version: opts.Version, Home: m.path("home"), Image: m.imageName(), Archive: m.archive()}, nil
}

// Home makes sure that a Spark's SPARK_HOME exists and says where: the part of
// Make that takes neither root nor an image.
func Home(ctx context.Context, opts Options) (string, error) {
	opts, err := opts.withDefaults()
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(opts.Cache, 0o755); err != nil {
		return "", err
	}
	unlock, err := filelock.Take(ctx, filepath.Join(opts.Cache, "lock"))
	if err != nil {
		return "", err
	}
	defer unlock()
	m := maker{opts}
	if err := m.home(ctx); err != nil {
		return "", fmt.Errorf("make the home of Spark %s: %w", opts.Version, err)
	}
	return m.path("home"), nil
}

type maker struct{ opts Options }

// path is that of something that belongs to this version.
func (m maker) path(name string) string { return filepath.Join(m.opts.Cache, m.opts.Version, name) }

// once runs make unless path exists. make writes to another path, which gets
// its name when it is whole; what a killed run left there is removed.
func (m maker) once(path, what string, make func(unfinished string) error) error {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	begin := time.Now()
	fmt.Fprintf(m.opts.Log, "making %s; this happens once\n", what)
	unfinished := path + ".unfinished"
	if err := os.RemoveAll(unfinished); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := make(unfinished); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if err := os.Rename(unfinished, path); err != nil {
		return err
	}
	fmt.Fprintf(m.opts.Log, "made %s in %s\n", what, time.Since(begin).Round(time.Second))
	return nil
}
