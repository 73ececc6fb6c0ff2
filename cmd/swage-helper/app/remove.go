package app

import (
	"fmt"
	"os"
	"path/filepath"
)

// remove removes a folder with all that is in it. One that is not there is removed.
func remove(args []string) error {
	if len(args) != 1 || !filepath.IsAbs(args[0]) || filepath.Clean(args[0]) == "/" {
		return fmt.Errorf("%w: remove takes one FOLDER, by its full name", errUsage)
	}
	if err := os.RemoveAll(args[0]); err != nil {
		return fmt.Errorf("removing what was received: %w", err)
	}
	return nil
}
