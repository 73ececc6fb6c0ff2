package suite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// The names of a suite's files and folders.
const (
	templatesDir = "templates"
	casesDir     = "cases"
	podFile      = "pod.yaml"
	wantFile     = "want.yaml"
	caseFile     = "case.yaml"
)

// ErrNoCase says that there is nothing to test, which is no success.
var ErrNoCase = errors.New("no case found")

// Suite is a folder of cases, and of the templates that they are about.
type Suite struct {
	Dir string
	// Templates are files and folders of templates.
	Templates []string
	Cases     []Case
}

// Case is one folder of cases.
type Case struct {
	Suite, Name, Dir string
}

// Want is the path of the expected outcome.
func (c *Case) Want() string { return filepath.Join(c.Dir, wantFile) }

// Find finds the suites of folders: each a suite, one of its cases, or a file of
// a case. templates are used besides those of the suites' own. Only the cases
// whose names match are kept.
func Find(names, templates []string, match func(string) bool) ([]*Suite, error) {
	var suites []*Suite
	wanted := map[string]bool{} // cases, and suites for all of theirs
	for _, name := range names {
		dir, only, err := locate(name)
		if err != nil {
			return nil, err
		}
		wanted[filepath.Join(dir, casesDir, only)] = true
		if slices.ContainsFunc(suites, func(s *Suite) bool { return s.Dir == dir }) {
			continue
		}
		s, err := open(dir, templates)
		if err != nil {
			return nil, err
		}
		suites = append(suites, s)
	}
	found := 0
	for _, s := range suites {
		if len(s.Cases) == 0 {
			return nil, fmt.Errorf("%s: %w: a suite has folders %s/NAME with %s and %s", s.Dir, ErrNoCase, casesDir, podFile, wantFile)
		}
		s.Cases = slices.DeleteFunc(s.Cases, func(c Case) bool {
			return !wanted[filepath.Dir(c.Dir)] && !wanted[c.Dir] || !match(c.Name)
		})
		found += len(s.Cases)
	}
	if found == 0 {
		return nil, fmt.Errorf("%w that is meant", ErrNoCase)
	}
	return suites, nil
}

// locate tells which suite a name is about, and which of its cases; "" is all.
func locate(name string) (dir, only string, err error) {
	info, err := os.Stat(name)
	if err != nil {
		return "", "", err
	}
	dir = filepath.Clean(name)
	if !info.IsDir() {
		dir = filepath.Dir(dir)
	}
	if parent := filepath.Dir(dir); filepath.Base(parent) == casesDir {
		return filepath.Dir(parent), filepath.Base(dir), nil
	}
	if !info.IsDir() {
		return "", "", fmt.Errorf("%s: expected a suite's folder, or a case below its %s", name, casesDir)
	}
	return dir, "", nil
}

func open(dir string, templates []string) (*Suite, error) {
	s := &Suite{Dir: dir, Templates: slices.Clone(templates)}
	entries, err := list(dir)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		path := filepath.Join(dir, entry.Name())
		info, err := os.Stat(path) // which follows links
		switch {
		case err != nil:
		case info.IsDir() && entry.Name() == templatesDir:
			s.Templates = append(s.Templates, path)
			err = onlyManifests(path)
		case info.IsDir() && entry.Name() == casesDir:
			err = s.findCases(path)
		case !info.IsDir() && isManifest(entry.Name()):
			err = fmt.Errorf("%s: it is no part of a suite: templates go into %s, cases into %s/NAME", path, templatesDir, casesDir)
		}
		if err != nil {
			return nil, err
		}
	}
	if len(s.Templates) == 0 {
		return nil, fmt.Errorf("%s: there is no folder %s, and no -t names another", dir, templatesDir)
	}
	return s, nil
}

func (s *Suite) findCases(dir string) error {
	entries, err := list(dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		c := Case{Suite: s.Dir, Name: entry.Name(), Dir: filepath.Join(dir, entry.Name())}
		info, err := os.Stat(c.Dir)
		if err != nil {
			return err
		}
		if !info.IsDir() {
			return fmt.Errorf("%s: expected a folder, one for each case", c.Dir)
		}
		if err := c.check(); err != nil {
			return err
		}
		s.Cases = append(s.Cases, c)
	}
	return nil
}

// check refuses a case without pods, and with files that nobody reads. What is
// wanted is a file of the case: --update would write to whatever a link names.
func (c *Case) check() error {
	entries, err := list(c.Dir)
	if err != nil {
		return err
	}
	pods := false
	for _, entry := range entries {
		if !slices.Contains([]string{podFile, wantFile, caseFile}, entry.Name()) {
			return fmt.Errorf("%s: unknown file: a case has %s, %s and, if need be, %s", filepath.Join(c.Dir, entry.Name()), podFile, wantFile, caseFile)
		}
		if entry.Name() == wantFile && !entry.Type().IsRegular() {
			return fmt.Errorf("%s: it is no regular file, and --update would write elsewhere: put the file itself here", c.Want())
		}
		info, err := os.Stat(filepath.Join(c.Dir, entry.Name()))
		if err != nil {
			return err // such as a link that leads nowhere
		}
		if !info.Mode().IsRegular() {
			return fmt.Errorf("%s: it is no regular file: put the file itself here", filepath.Join(c.Dir, entry.Name()))
		}
		pods = pods || entry.Name() == podFile
	}
	if !pods {
		return fmt.Errorf("%s: a case without %s", c.Dir, podFile)
	}
	return nil
}

// onlyManifests refuses what would not be read.
func onlyManifests(dir string) error {
	entries, err := list(dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		path := filepath.Join(dir, entry.Name())
		switch info, err := os.Stat(path); {
		case err != nil:
			return err
		case info.IsDir() || !isManifest(entry.Name()):
			return fmt.Errorf("%s: unknown file: templates are .yaml, .yml and .json files", path)
		}
	}
	return nil
}

func isManifest(name string) bool {
	return slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(name))
}

// list is a folder without what is no part of any suite: hidden files and Markdown.
func list(dir string) ([]fs.DirEntry, error) {
	entries, err := os.ReadDir(dir)
	return slices.DeleteFunc(entries, func(e fs.DirEntry) bool {
		return strings.HasPrefix(e.Name(), ".") || filepath.Ext(e.Name()) == ".md"
	}), err
}
