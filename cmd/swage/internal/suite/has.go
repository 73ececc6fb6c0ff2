package suite

import (
	"io/fs"
	"os"
	"path/filepath"
)

// Has tells whether a file is, or would become, one of the suite's own: it lies
// in the folders of its templates or cases, or a link of theirs leads to it. A
// report that is written there would be lost work, or an unknown file.
func (s *Suite) Has(file string) bool {
	at := destination(file)
	if within(at, filepath.Join(s.Dir, casesDir)) || within(at, filepath.Join(s.Dir, templatesDir)) {
		return true
	}
	dir := os.DirFS(s.Dir)
	for _, pattern := range []string{templatesDir + "/*", casesDir + "/*/*"} {
		names, _ := fs.Glob(dir, pattern) // the pattern is well-formed
		for _, name := range names {
			if same(at, filepath.Join(s.Dir, name)) {
				return true
			}
		}
	}
	return s.takes(at)
}

// takes tells whether a file is read as a template though it is not the suite's:
// it is named by -t, or a manifest of a folder that is.
func (s *Suite) takes(file string) bool {
	for _, name := range s.Templates {
		if same(file, name) || isManifest(file) && same(filepath.Dir(file), name) {
			return true
		}
	}
	return false
}

// destination is where a file is when links are followed; its folder's, when there is no such file yet.
func destination(file string) string {
	if absolute, err := filepath.Abs(file); err == nil {
		file = absolute
	}
	if real, err := filepath.EvalSymlinks(file); err == nil {
		return real
	}
	if real, err := filepath.EvalSymlinks(filepath.Dir(file)); err == nil {
		return filepath.Join(real, filepath.Base(file))
	}
	return file
}

func within(file, folder string) bool {
	for at := file; ; at = filepath.Dir(at) {
		if same(at, folder) {
			return true
		}
		if at == filepath.Dir(at) {
			return false
		}
	}
}

// same compares files and not names: these differ by letters' case, links and dots.
func same(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(one, other)
}
