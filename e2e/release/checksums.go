package release

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// checksumsFile is what `sha256sum -c` reads.
const checksumsFile = "checksums.txt"

func (r *run) checksums() error {
	entries, err := os.ReadDir(r.dir) // sorted
	if err != nil {
		return err
	}
	var lines strings.Builder
	for _, entry := range entries {
		sum, err := sumOf(filepath.Join(r.dir, entry.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(&lines, "%s  %s\n", sum, entry.Name())
	}
	fmt.Fprint(r.Log, lines.String())
	return os.WriteFile(filepath.Join(r.dir, checksumsFile), []byte(lines.String()), 0o644)
}
