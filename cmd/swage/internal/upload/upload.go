// Package upload puts files where spark.kubernetes.file.upload.path says, as spark-submit does by Hadoop's file systems.
package upload

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"swage.dev/swage/cmd/swage/internal/upload/s3"
	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/staging"
)

// Options say where files come from. All are required but Told.
type Options struct {
	// Files is the file system that the plan was made with.
	Files fs.FS
	// Env looks up variables of the environment, for credentials.
	Env func(name string) (value string, set bool)
	// Told gets the number of bytes on their way so far. Default: nobody.
	Told func(bytes int64)
}

// store is where files go. Places are below the path that it was opened with.
type store interface {
	// Put writes a file of a size. Where it fails, nothing of the file is left.
	Put(ctx context.Context, place string, content io.Reader, size int64) error
	// Remove takes a file away, and the folder that was made for it.
	Remove(ctx context.Context, place string) error
}

// cleanUpTime is how long taking files back may take.
const cleanUpTime = 30 * time.Second

// Put puts all files into place, or none of them: where it fails, it takes back those that it has put. So does undo, for whoever
// fails later; it works also when the context has ended. An error about the settings, before there is anything to take back,
// wraps submitter.ErrRefused.
func Put(ctx context.Context, u *submitter.Upload, o Options) (undo func() error, err error) {
	to, err := open(u, o)
	if err != nil {
		return nil, err
	}
	done := 0
	undo = func() error {
		cleaning, stop := context.WithTimeout(context.WithoutCancel(ctx), cleanUpTime)
		defer stop()
		var all error
		for _, f := range u.Files[:done] {
			if err := to.Remove(cleaning, f.Place); err != nil {
				all = errors.Join(all, fmt.Errorf("%s/%s is left behind: %w", u.Path, f.Place, err))
			}
		}
		return all
	}
	before := int64(0)
	for _, f := range u.Files {
		if err := put(ctx, to, f, o, before); err != nil {
			return nil, errors.Join(fmt.Errorf("uploading /%s to %s: %w", f.Source, u.Path, err), undo())
		}
		done++
		before += f.Size
	}
	return undo, nil
}

func put(ctx context.Context, to store, f staging.File, o Options, before int64) error {
	content, err := staging.Open(o.Files, f)
	if err != nil {
		return err
	}
	defer content.Close()
	return to.Put(ctx, f.Place, &counting{content, before, o.Told}, f.Size)
}

// ErrNoCredentials is wrapped by Check's error where nothing but credentials is missing.
var ErrNoCredentials = s3.ErrNoCredentials

// Check is the error about the settings that Put would begin with; nothing is asked, and nothing put.
func Check(u *submitter.Upload, o Options) error {
	_, err := openStore(u, o)
	if errors.Is(err, ErrNoCredentials) {
		return fmt.Errorf("uploading to %s: %w", u.Path, err)
	}
	return refused(u, err)
}

func open(u *submitter.Upload, o Options) (store, error) {
	to, err := openStore(u, o)
	return to, refused(u, err)
}

func openStore(u *submitter.Upload, o Options) (store, error) {
	if strings.HasPrefix(u.Path, "s3a:") {
		return s3.Open(u.Path, u.Hadoop, o.Env)
	}
	return openFolder(u.Path)
}

func refused(u *submitter.Upload, err error) error {
	if err == nil {
		return nil
	}
	return submitter.Refuse("uploading to %s: %v", u.Path, err)
}

// counting tells how much was read.
type counting struct {
	from  io.Reader
	bytes int64
	told  func(int64)
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.bytes += int64(n)
	if c.told != nil && n > 0 {
		c.told(c.bytes)
	}
	return n, err
}
