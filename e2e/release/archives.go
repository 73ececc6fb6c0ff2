package release

import (
	"fmt"
	"os"
	"path/filepath"

	"swage.dev/swage/e2e/archive"
)

// license and notices are the files beside the programs. The licenses of what
// is linked ask for their text wherever the program goes.
const (
	license = "LICENSE"
	notices = "THIRD-PARTY-NOTICES"
)

// archiveName is the one file that a user of a platform downloads.
func (r *run) archiveName(p Platform) string {
	return fmt.Sprintf("swage_%s_%s_%s.tar.gz", r.number(), p.OS, p.Arch)
}

func (r *run) archives(thirdParty []byte) error {
	own, err := os.ReadFile(filepath.Join(r.Root, license))
	if err != nil {
		return err
	}
	for _, platform := range r.Platforms {
		var files []archive.File
		for _, program := range programs() {
			content, err := os.ReadFile(filepath.Join(r.folder(platform), program))
			if err != nil {
				return err
			}
			files = append(files, archive.File{Name: program, Mode: 0o755, Content: content})
		}
		files = append(files,
			archive.File{Name: license, Mode: 0o644, Content: own},
			archive.File{Name: notices, Mode: 0o644, Content: thirdParty})
		if err := archive.Write(filepath.Join(r.dir, r.archiveName(platform)), files); err != nil {
			return err
		}
	}
	return nil
}
