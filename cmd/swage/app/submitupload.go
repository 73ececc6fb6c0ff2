package app

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"swage.dev/swage/cmd/swage/internal/upload"
	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/staging"
)

// uploaded puts the files of a plan where pods find them, does what comes next, and takes them back where that fails.
func uploaded(ctx context.Context, p *Process, what *submitter.Upload, next func() error) error {
	bytes := staging.Bytes(what.Files)
	progress := newProgress(p, bytes)
	progress.begin(fmt.Sprintf("uploading %s, %s, to %s", plural(len(what.Files), "file"), megabytes(bytes), what.Path))
	undo, err := upload.Put(ctx, what, upload.Options{Files: os.DirFS("/"), Env: p.Env, Told: progress.sent})
	progress.end("uploaded", err == nil)
	switch {
	case errors.Is(err, submitter.ErrRefused):
		return err
	case err != nil:
		return failure{ExitServer, err}
	}
	if err := next(); err != nil {
		if left := undo(); left != nil {
			return failure{ExitServer, errors.Join(err, left)}
		}
		return err
	}
	return nil
}

// checkUpload tells in a dry run what an upload would be refused for. Credentials may be where the real run is.
func checkUpload(cmd *cobra.Command, p *Process, what *submitter.Upload) error {
	if what == nil {
		return nil
	}
	err := upload.Check(what, upload.Options{Files: os.DirFS("/"), Env: p.Env})
	if errors.Is(err, upload.ErrNoCredentials) {
		fmt.Fprintf(cmd.ErrOrStderr(), "note: %v; without them nothing is uploaded\n", err)
		return nil
	}
	return err
}
