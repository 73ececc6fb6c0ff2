package objectstore

import (
	"context"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"time"

	"swage.dev/swage/e2e/process"
	"swage.dev/swage/e2e/programs"
)

// Bucket is the one that there is.
const Bucket = "uploads"

// Keys of the one account. The secret must be in no output of a program.
const (
	ID     = "store-user"
	Secret = "store-secret-of-the-test"
)

// Options say how to start a store. Dir and Address are required.
type Options struct {
	// Dir is a folder of the caller's, which exists and has no other store in it.
	Dir string
	// Address is where it listens, as HOST:PORT.
	Address string
	// Enter is process.Spec's. Default: nothing.
	Enter func() error
	// Log receives what it says. Default: store.log in Dir.
	Log string
}

// Store is a running one. Whoever started it must call Stop, or end the machine
// that it entered.
type Store struct {
	// URL is where it is.
	URL     string
	folder  string
	process *process.Process
}

// Start returns when the store answers.
func Start(ctx context.Context, opts Options) (*Store, error) {
	paths, err := programs.Build(ctx, programs.Options{}, programs.ObjectStore)
	if err != nil {
		return nil, err
	}
	if opts.Log == "" {
		opts.Log = filepath.Join(opts.Dir, "store.log")
	}
	s := &Store{URL: "http://" + opts.Address, folder: filepath.Join(opts.Dir, "objects")}
	if err := os.MkdirAll(filepath.Join(s.folder, Bucket), 0o755); err != nil {
		return nil, err
	}
	s.process, err = process.Start(process.Spec{
		Name: "the object store", Path: paths[programs.ObjectStore], LogFile: opts.Log, Enter: opts.Enter, Dir: opts.Dir,
		Args: []string{"--port", opts.Address, "--access", ID, "--secret", Secret, "posix", s.folder},
	})
	if err != nil {
		return nil, err
	}
	if err := s.answers(ctx, opts.Address); err != nil {
		_ = s.Stop(context.WithoutCancel(ctx)) // the first error is the one to tell
		return nil, fmt.Errorf("start an object store: %w", err)
	}
	return s, nil
}

// startTimeout is far more than it takes.
const startTimeout = 2 * time.Minute

func (s *Store) answers(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	return s.process.WaitReady(ctx, func(ctx context.Context) error {
		link, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		if err != nil {
			return err
		}
		return link.Close()
	})
}

// Stop ends it. Its objects are in the caller's folder.
func (s *Store) Stop(ctx context.Context) error { return s.process.Stop(ctx) }

// Settings are those of Spark's s3a by which this store is reached, without keys.
func (s *Store) Settings() map[string]string {
	return map[string]string{
		"spark.hadoop.fs.s3a.endpoint":          s.URL,
		"spark.hadoop.fs.s3a.path.style.access": "true",
		"spark.hadoop.fs.s3a.endpoint.region":   "us-east-1",
		// Hadoop 3.3 removes a folder's marker once something is in it, again and
		// again where it cannot: here markers are folders. Later ones keep it.
		"spark.hadoop.fs.s3a.directory.marker.retention": "keep",
	}
}

// Objects are those of the bucket, by name.
func (s *Store) Objects() (map[string][]byte, error) {
	found, root := map[string][]byte{}, filepath.Join(s.folder, Bucket)
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err == nil {
			found[name], err = os.ReadFile(path)
		}
		return err
	})
	return found, err
}

// Take is Objects, of which none is there afterwards.
func (s *Store) Take() (map[string][]byte, error) {
	found, err := s.Objects()
	if err != nil {
		return nil, err
	}
	for name := range found {
		// The folder is that of the upload. A bucket that is removed would be one that is not there.
		if err := os.RemoveAll(filepath.Join(s.folder, Bucket, filepath.Dir(name))); err != nil {
			return nil, err
		}
	}
	return found, nil
}
