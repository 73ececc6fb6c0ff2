package manifest

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"swage.dev/swage/submitter/bounded"
)

// Stdin is the name that stands for standard input.
const Stdin = "-"

// extensions are those of kubectl.
var extensions = []string{".json", ".yaml", ".yml"}

// mostPods is how many bytes a file may have: the List of a large cluster's pods
// has half as many.
const mostPods = 256 << 20

// Read reads the objects of files and folders in the order of names; of a
// folder it reads *.yaml, *.yml and *.json sorted by name, not what is in
// folders below. A pipe may be named, but not lie in a folder: who reads one that
// nobody writes to waits forever.
func Read(names []string, stdin io.Reader) ([]Object, error) {
	return ReadUpTo(names, stdin, mostPods)
}

// ReadUpTo is Read, where a file of more than most bytes is an error.
func ReadUpTo(names []string, stdin io.Reader, most int64) ([]Object, error) {
	var objects []Object
	for _, name := range names {
		files, err := expand(name)
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			text, err := readFile(file, stdin, most)
			if err != nil {
				return nil, err
			}
			found, err := Parse(file, text)
			if err != nil {
				return nil, err
			}
			objects = append(objects, found...)
		}
	}
	return objects, nil
}

func expand(name string) ([]string, error) {
	if name == Stdin {
		return []string{name}, nil
	}
	info, err := os.Stat(name)
	if err != nil || !info.IsDir() {
		return []string{name}, err
	}
	entries, err := os.ReadDir(name)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, entry := range entries { // ReadDir sorts
		file := filepath.Join(name, entry.Name())
		// Stat, because ConfigMap volumes consist of symbolic links.
		info, err := os.Stat(file)
		switch {
		case !slices.Contains(extensions, filepath.Ext(file)):
		case err != nil: // a link that leads nowhere: who wrote it wants it read
			return nil, err
		case info.IsDir():
		case !info.Mode().IsRegular():
			return nil, fmt.Errorf("%s: it is no regular file: take it out of the folder, or name it itself", file)
		default:
			files = append(files, file)
		}
	}
	return files, nil
}

func readFile(name string, stdin io.Reader, most int64) ([]byte, error) {
	if name != Stdin {
		return bounded.ReadFile(name, most)
	}
	text, err := bounded.Read(stdin, most)
	if err != nil {
		return nil, fmt.Errorf("reading standard input: %w", err)
	}
	return text, nil
}
