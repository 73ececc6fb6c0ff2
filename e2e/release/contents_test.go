package release_test

import (
	"bytes"
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"swage.dev/swage/e2e/archive"
)

var shipped = []string{"swage", "swage-webhook", "swage-helper"}

// What a program says of itself is the release's version, so that whoever asks
// for help can tell which one runs.
func TestEachProgramSaysTheVersion(t *testing.T) {
	dir := unpacked(t)
	for _, program := range shipped {
		out, err := exec.CommandContext(t.Context(), filepath.Join(dir, program), "--version").Output()
		if program == "swage" {
			out, err = exec.CommandContext(t.Context(), filepath.Join(dir, program), "version").Output()
		}
		if err != nil || !strings.HasPrefix(string(out), program+" "+version+" ") {
			t.Errorf("%s says %q, %v", program, out, err)
		}
	}
}

// No program needs a library, and none tells where it was built.
func TestProgramsAreStaticAndTellNothingOfThisMachine(t *testing.T) {
	dir := unpacked(t)
	for _, program := range shipped {
		file := filepath.Join(dir, program)
		if bytes.Contains(text(t, file), []byte(root(t))) {
			t.Errorf("%s has the path of its source", program)
		}
		binary, err := elf.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, segment := range binary.Progs {
			if segment.Type == elf.PT_INTERP {
				t.Errorf("%s is linked dynamically", program)
			}
		}
		binary.Close()
	}
}

// The licenses of Swage and of all that it links go with every program.
func TestArchivesHaveTheLicenses(t *testing.T) {
	found, err := filepath.Glob(filepath.Join(dist, "swage_*.tar.gz"))
	if err != nil || len(found) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, path := range found {
		files, err := archive.Read(path)
		if err != nil {
			t.Fatal(err)
		}
		contents := map[string]string{}
		for _, file := range files {
			contents[file.Name] = string(file.Content)
		}
		if !strings.Contains(contents["LICENSE"], "Apache License") {
			t.Errorf("%s has no license", path)
		}
		for _, m := range readBill(t).Components {
			if !strings.Contains(contents["THIRD-PARTY-NOTICES"], "\n==== "+m.Name+" "+m.Version+": ") {
				t.Errorf("%s does not have the license of %s", path, m.Name)
			}
		}
	}
}

// checksums.txt has each file of the release but itself, as sha256sum reads it.
func TestTheChecksumsAreThoseOfTheFiles(t *testing.T) {
	sums := map[string]string{}
	for line := range strings.Lines(string(text(t, filepath.Join(dist, "checksums.txt")))) {
		sum, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		sums[name] = sum
	}
	files := names(t, dist)
	for _, name := range files {
		sum := sha256.Sum256(text(t, filepath.Join(dist, name)))
		if name != "checksums.txt" && sums[name] != hex.EncodeToString(sum[:]) {
			t.Errorf("%s has the sum %x, the list says %q", name, sum, sums[name])
		}
	}
	if len(sums) != len(files)-1 {
		t.Errorf("the list has %d names for %q", len(sums), files)
	}
}
