package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
)

const (
	// maxLines of a Go file: beyond it a file holds more than one idea.
	maxLines = 400
	// maxMainLines of a main.go: what is in main cannot be tested.
	maxMainLines = 49
	// maxDirect dependencies of the product: each is somebody else's release
	// schedule and security history.
	maxDirect = 12
)

// check returns one line for each violation, sorted by file.
func check(repo fs.FS) ([]string, error) {
	problems, err := checkModule(repo)
	if err != nil {
		return nil, err
	}
	err = fs.WalkDir(repo, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && file != "." && notOurs(entry.Name()) {
			return fs.SkipDir
		}
		found, err := checkEntry(repo, file, entry)
		problems = append(problems, found...)
		return err
	})
	slices.Sort(problems)
	return problems, err
}

func checkEntry(repo fs.FS, file string, entry fs.DirEntry) ([]string, error) {
	kind := path.Ext(file)
	if entry.IsDir() || kind != ".go" && kind != ".md" {
		return nil, nil
	}
	data, err := fs.ReadFile(repo, file)
	if err != nil {
		return nil, err
	}
	if kind == ".md" {
		return checkLinks(repo, file, data), nil
	}
	sleeping, err := checkSleep(file, data)
	return append(checkFile(file, data), sleeping...), err
}

// notOurs are the folders that the go command leaves out as well.
func notOurs(folder string) bool {
	return strings.HasPrefix(folder, ".") || folder == "testdata"
}

func checkModule(repo fs.FS) ([]string, error) {
	data, err := fs.ReadFile(repo, "go.mod")
	if err != nil {
		return nil, err
	}
	module, err := modfile.Parse("go.mod", data, nil)
	if err != nil {
		return nil, err
	}
	direct := 0
	for _, require := range module.Require {
		if !require.Indirect {
			direct++
		}
	}
	if direct > maxDirect {
		return []string{fmt.Sprintf("go.mod: %d direct dependencies, at most %d; tests' belong to e2e/go.mod, tools' to tools/go.mod", direct, maxDirect)}, nil
	}
	return nil, nil
}

func checkFile(file string, data []byte) []string {
	var problems []string
	lines := bytes.Count(data, []byte("\n"))
	if lines > maxLines {
		problems = append(problems, fmt.Sprintf("%s: %d lines, at most %d; split it by idea", file, lines, maxLines))
	}
	if path.Base(file) == "main.go" && lines > maxMainLines {
		problems = append(problems, fmt.Sprintf("%s: %d lines, at most %d; move the work to a package that can be tested", file, lines, maxMainLines))
	}
	if name := strings.TrimSuffix(strings.TrimSuffix(path.Base(file), ".go"), "_test"); vague(name) {
		problems = append(problems, fmt.Sprintf("%s: the name %q says nothing; name the file after its idea", file, name))
	}
	return problems
}

func vague(name string) bool {
	return slices.Contains([]string{"util", "utils", "helper", "helpers", "common", "misc"}, name)
}
