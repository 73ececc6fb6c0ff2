package programs

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
)

// modulePath is the module whose go.mod pins the programs.
const modulePath = "swage.dev/swage/e2e"

// findModule is the folder of this module, searched from dir upward: tests run
// in their package's folder, commands anywhere below the module.
func findModule(dir string) (string, error) {
	for {
		file, err := readModule(dir)
		if err == nil && file.Module.Mod.Path == modulePath {
			return dir, nil
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", err
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", fmt.Errorf("not inside the module %s: run this in its folder e2e", modulePath)
		}
		dir = parent
	}
}

// pins is what a go.mod says: its folder and the version of each module.
type pins struct {
	dir      string
	versions map[string]string
}

// readPins parses the file itself: asking the go command would cost more than
// everything else a second build does.
func readPins(dir string) (pins, error) {
	file, err := readModule(dir)
	if err != nil {
		return pins{}, err
	}
	return pins{dir: dir, versions: versionsIn(file)}, nil
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

// ModuleDir is the folder of the source of a program's module: for files beside
// the code. The program must have been built.
func ModuleDir(ctx context.Context, opts Options, name Name) (string, error) {
	opts, err := opts.withDefaults()
	if err != nil {
		return "", err
	}
	root, err := findModule(opts.Dir)
	if err != nil {
		return "", err
	}
	r, err := find(name)
	if err != nil {
		return "", err
	}
	list := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", r.module)
	list.Dir = filepath.Join(root, r.graph)
	list.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	out, err := list.Output()
	if err != nil {
		return "", fmt.Errorf("find the source of %s: %w", name, err)
	}
	return strings.TrimSpace(string(out)), nil
}
