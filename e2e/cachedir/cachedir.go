// Package cachedir says where is kept what takes minutes to make.
package cachedir

import (
	"fmt"
	"os"
	"path/filepath"
)

// Of is the folder for one kind of things: swage/kind in the user's cache
// folder, ${XDG_CACHE_HOME:-~/.cache}. It may not exist yet.
func Of(kind string) (string, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no place to keep swage/%s: %w", kind, err)
	}
	return filepath.Join(base, "swage", kind), nil
}
