package maven

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Tests on nodes find a jar that is missing late: each line is one, and no set has two of a name.
func TestTheListIsReadable(t *testing.T) {
	for _, set := range []string{jmxExporter, hadoopAWS("3.3.4"), hadoopAWS("3.4.2"), hadoopAWS("3.5.0")} {
		jars, err := find(list, set)
		if err != nil {
			t.Error(err)
		}
		seen := map[string]bool{}
		for _, j := range jars {
			if seen[j.name] || strings.ContainsAny(j.String(), "<>&/ ") {
				t.Errorf("%s: %s", set, j)
			}
			seen[j.name] = true
		}
	}
	for _, wrong := range []string{"", "[a]\n", "[a]\ng:n 00\n", "[a]\ng:n:1 00\n"} {
		if jars, err := find(wrong, "a"); err == nil {
			t.Errorf("%q: %v", wrong, jars)
		}
	}
}

func TestOnlyTheJarsThatAreMeantAreTaken(t *testing.T) {
	const content = "jar"
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("a-1.jar", content)
	right, err := digest(filepath.Join(dir, "a-1.jar"))
	if err != nil {
		t.Fatal(err)
	}
	a := jar{"g", "a", "1", right}
	if err := verify([]jar{a}, dir); err != nil {
		t.Error(err)
	}
	for rule, jars := range map[string][]jar{"another sum": {{"g", "a", "1", strings.Repeat("0", 64)}}, "another file": {{"g", "b", "1", right}}, "more than is there": {a, {"g", "b", "1", right}}} {
		if verify(jars, dir) == nil {
			t.Errorf("%s: it is taken", rule)
		}
	}
	write("b-1.jar", content)
	if err := verify([]jar{a}, dir); !errors.Is(err, ErrOtherJar) {
		t.Errorf("one that nobody asked for: %v", err)
	}
}

// A list that changes must not be hidden by the jars that are there.
func TestTheFolderIsNamedAfterTheJars(t *testing.T) {
	if one, other := folder("s", []jar{{"g", "a", "1", "0"}}), folder("s", []jar{{"g", "a", "1", "1"}}); one == other {
		t.Errorf("both are in %s", one)
	}
}
