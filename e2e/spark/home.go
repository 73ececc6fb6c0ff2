package spark

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// home unpacks pyspark's source distribution into the layout of a Spark: there
// the jars are, and nothing was compiled for this machine. pip is PyPI's
// ordinary client; it verifies the hash that the index states.
func (m maker) home(ctx context.Context) error {
	return m.once(m.path("home"), "Spark "+m.opts.Version+" of PyPI", func(home string) error {
		download := home + ".download"
		defer os.RemoveAll(download)
		err := run(ctx, "python3", "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
			"--no-binary", "pyspark", "--dest", download, "pyspark=="+m.opts.Version)
		if err != nil {
			return err
		}
		sources, err := filepath.Glob(filepath.Join(download, "pyspark-*.tar.gz"))
		if err != nil {
			return err
		}
		if len(sources) != 1 {
			return fmt.Errorf("pip downloaded %v; want one archive", sources)
		}
		return unpack(ctx, sources[0], home)
	})
}

// unpack puts each part where a Spark has it.
func unpack(ctx context.Context, source, home string) error {
	if err := os.MkdirAll(home, 0o755); err != nil {
		return err
	}
	return run(ctx, "tar", "--extract", "--gzip", "--file", source, "--directory", home, "--no-same-owner", "--wildcards",
		"--transform=s,^[^/]*/deps/,,", "--transform=s,^[^/]*/pyspark/,python/pyspark/,", "--transform=s,^[^/]*/lib/,python/lib/,",
		"*/deps/jars", "*/deps/bin", "*/deps/sbin", "*/deps/examples", "*/lib", "*/pyspark")
}
