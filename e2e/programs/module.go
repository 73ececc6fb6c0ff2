package programs

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/mod/modfile"
)

// modulePath is the module whose go.mod pins the programs.
const modulePath = "swage.dev/swage/e2e"

// pins is what go.mod says: a folder and the version of each module.
type pins struct {
	dir      string
	versions map[string]string
}

// findPins reads the go.mod of this module, searched from dir upward: tests run
// in their package's folder, commands anywhere below the module.
//
// It parses the file itself: asking the go command would cost more than
// everything else a second build does.
func findPins(dir string) (pins, error) {
	for {
		file, err := readModule(dir)
		if err == nil && file.Module.Mod.Path == modulePath {
			return pins{dir: dir, versions: versionsIn(file)}, nil
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return pins{}, err
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return pins{}, fmt.Errorf("not inside the module %s: run this in its folder e2e", modulePath)
		}
		dir = parent
	}
}

func readModule(dir string) (*modfile.File, error) {
	path := filepath.Join(dir, "go.mod")
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	file, err := modfile.Parse(path, data, nil)
	if err != nil {
		return nil, err
	}
	if file.Module == nil {
		return nil, fmt.Errorf("%s names no module", path)
	}
	return file, nil
}

func versionsIn(file *modfile.File) map[string]string {
	versions := make(map[string]string, len(file.Require))
	for _, r := range file.Require {
		versions[r.Mod.Path] = r.Mod.Version
	}
	return versions
}

func (p pins) version(module string) (string, error) {
	v, ok := p.versions[module]
	if !ok {
		return "", fmt.Errorf("%s does not require %s", filepath.Join(p.dir, "go.mod"), module)
	}
	return v, nil
}
