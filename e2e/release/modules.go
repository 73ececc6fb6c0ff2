package release

import (
	"bytes"
	"cmp"
	"context"
	"debug/buildinfo"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// module is a module that is linked into a program.
type module struct {
	path, version string
	// sum is go.sum's, of the module's files. Empty: the standard library.
	sum string
	// dir has its files.
	dir string
	// programs link it, sorted.
	programs []string
}

const standardLibrary = "std"

// linked reads from the programs themselves which modules they consist of:
// go.mod also lists what only tests need.
func (r *run) linked(ctx context.Context) ([]module, error) {
	found := map[string]*module{}
	add := func(program, path, version, sum string) {
		m := found[path]
		if m == nil {
			m = &module{path: path, version: version, sum: sum}
			found[path] = m
		}
		if !slices.Contains(m.programs, program) {
			m.programs = append(m.programs, program)
		}
	}
	for _, platform := range r.Platforms {
		for _, program := range programs() {
			info, err := buildinfo.ReadFile(filepath.Join(r.folder(platform), program))
			if err != nil {
				return nil, err
			}
			add(program, standardLibrary, strings.TrimPrefix(info.GoVersion, "go"), "")
			for _, dep := range info.Deps {
				if dep.Replace != nil {
					return nil, fmt.Errorf("%s is replaced in go.mod: a release links what others can get", dep.Path)
				}
				add(program, dep.Path, dep.Version, dep.Sum)
			}
		}
	}
	modules := make([]module, 0, len(found))
	for _, m := range found {
		slices.Sort(m.programs)
		modules = append(modules, *m)
	}
	slices.SortFunc(modules, func(a, b module) int { return cmp.Compare(a.path, b.path) })
	return modules, r.locate(ctx, modules)
}

// locate finds the folder of each module.
func (r *run) locate(ctx context.Context, modules []module) error {
	args := []string{"list", "-m", "-f", "{{.Path}}\t{{.Dir}}"}
	for _, m := range modules {
		if m.path != standardLibrary {
			args = append(args, m.path)
		}
	}
	listed, err := r.ask(ctx, args...)
	if err != nil {
		return err
	}
	goroot, err := r.ask(ctx, "env", "GOROOT")
	if err != nil {
		return err
	}
	dirs := map[string]string{standardLibrary: strings.TrimSpace(goroot)}
	for line := range strings.Lines(listed) {
		path, dir, _ := strings.Cut(strings.TrimSpace(line), "\t")
		dirs[path] = dir
	}
	for i := range modules {
		if modules[i].dir = dirs[modules[i].path]; modules[i].dir == "" {
			return fmt.Errorf("the files of %s are not here", modules[i].path)
		}
	}
	return nil
}

// ask runs the go command in the product's folder.
func (r *run) ask(ctx context.Context, args ...string) (string, error) {
	var problem bytes.Buffer
	command := exec.CommandContext(ctx, "go", args...)
	command.Dir = r.Root
	command.Env = append(command.Environ(), "GOFLAGS=-mod=readonly", "GOWORK=off")
	command.Stderr = &problem
	out, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", args[0], err, &problem)
	}
	return string(out), nil
}
