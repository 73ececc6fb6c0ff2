package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/aymanbagabas/go-udiff"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// check compares a stored pod with what is expected of it, and with what the
// command line said without a cluster.
func (d *demo) check(p *pod) (ok bool, err error) {
	stored := text(steady(p.stored))
	expected, err := d.expected(p.file, stored)
	if err != nil {
		return false, err
	}
	asExpected := d.same("as expected by testdata/"+p.file, "expected", expected, stored)
	asRendered := d.same("as swage render says without a cluster", "rendered", text(unordered(p.offline)), text(unordered(p.stored)))
	return asExpected && asRendered, nil
}

// same says whether two texts are, and what differs.
func (d *demo) same(what, name, want, got string) bool {
	if want == got {
		d.screen.good(what)
		return true
	}
	d.screen.bad("not " + what)
	d.screen.text(udiff.Unified(name, "stored", want, got))
	return false
}

// expected reads the expected pod, or makes the stored one the expected.
func (d *demo) expected(file, stored string) (string, error) {
	path := filepath.Join(d.Expected, file)
	if d.Update {
		return stored, os.WriteFile(path, []byte(stored), 0o644)
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("nothing is expected of this pod yet: %w; run make goldens", err)
	}
	return string(text), err
}

func text(p *corev1.Pod) string {
	out, err := yaml.Marshal(p)
	if err != nil {
		panic(err) // a Pod of the API always becomes YAML
	}
	return string(out)
}
