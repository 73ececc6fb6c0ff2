package release

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/google/licensecheck"
)

var licenseFile = regexp.MustCompile(`(?i)^(licen[sc]e|copying|notice|patents)([.-].*)?$`)

// licensesOf are the texts that a module comes with, by the names of their files.
func licensesOf(m module) (names []string, texts [][]byte, err error) {
	entries, err := os.ReadDir(m.dir) // sorted
	if err != nil {
		return nil, nil, err
	}
	for _, entry := range entries {
		if entry.IsDir() || !licenseFile.MatchString(entry.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(m.dir, entry.Name()))
		if err != nil {
			return nil, nil, err
		}
		names, texts = append(names, entry.Name()), append(texts, text)
	}
	if len(names) == 0 {
		return nil, nil, fmt.Errorf("%s %s comes without a license: may it be linked?", m.path, m.version)
	}
	return names, texts, nil
}

// noticesOf is what the licenses of the linked modules ask for: their texts.
func noticesOf(modules []module) ([]byte, error) {
	var all bytes.Buffer
	fmt.Fprintln(&all, "The programs link these modules. Below each are its license and notices.")
	for _, m := range modules {
		names, texts, err := licensesOf(m)
		if err != nil {
			return nil, err
		}
		for i, name := range names {
			fmt.Fprintf(&all, "\n==== %s %s: %s\n\n%s\n", m.path, m.version, name, bytes.TrimSpace(texts[i]))
		}
	}
	return all.Bytes(), nil
}

// identify names a module's licenses as SPDX does, in the order of its files.
// What is recognised in part only, such as a notice, names none.
func identify(m module) (ids []string, err error) {
	_, texts, err := licensesOf(m)
	if err != nil {
		return nil, err
	}
	for _, text := range texts {
		for _, match := range licensecheck.Scan(text).Match {
			if !match.IsURL && !slices.Contains(ids, match.ID) {
				ids = append(ids, match.ID)
			}
		}
	}
	return ids, nil
}
