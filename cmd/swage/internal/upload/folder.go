package upload

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// folder is a path of this machine that pods see under the same name: a mounted file system.
type folder string

// Whoever runs Spark reads the files.
const (
	readable  = 0o644
	reachable = 0o755
)

func openFolder(place string) (folder, error) {
	name := place
	if strings.HasPrefix(place, "file:") {
		parsed, err := url.Parse(place)
		if err != nil || parsed.Path == "" || parsed.Host != "" {
			return "", errors.New("expected file:///PATH")
		}
		name = parsed.Path
	}
	if !filepath.IsAbs(name) {
		return "", errors.New("expected a path from the root on, under which pods see it, too")
	}
	return folder(filepath.Clean(name)), nil
}

func (f folder) Put(ctx context.Context, place string, content io.Reader, size int64) (err error) {
	name := filepath.Join(string(f), filepath.FromSlash(place))
	if err := os.MkdirAll(filepath.Dir(name), reachable); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Remove(ctx, place))
		}
	}()
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, readable)
	if err != nil {
		return err
	}
	written, err := io.Copy(file, ending{ctx, content})
	if err = errors.Join(err, file.Chmod(readable), os.Chmod(filepath.Dir(name), reachable), file.Close()); err != nil { // whatever the umask
		return err
	}
	if written != size {
		return fmt.Errorf("%d bytes were written of %d", written, size)
	}
	return nil
}

func (f folder) Remove(_ context.Context, place string) error {
	name := filepath.Join(string(f), filepath.FromSlash(place))
	if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.Remove(filepath.Dir(name)) // the folder of this one file
}

// ending ends reading when the context does.
type ending struct {
	ctx  context.Context
	from io.Reader
}

func (e ending) Read(p []byte) (int, error) {
	if e.ctx.Err() != nil {
		return 0, context.Cause(e.ctx)
	}
	return e.from.Read(p)
}
