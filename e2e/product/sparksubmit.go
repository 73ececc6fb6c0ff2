package product

import (
	"context"
	"os"
	"path/filepath"
)

// SparkSubmit builds swage and links it into a folder under the name by which
// it takes spark-submit's place. It returns the link's path.
func SparkSubmit(ctx context.Context, dir string) (string, error) {
	path, err := Program(ctx, Swage)
	if err != nil {
		return "", err
	}
	link := filepath.Join(dir, "spark-submit")
	return link, os.Symlink(path, link)
}
