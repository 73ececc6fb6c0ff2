package suite

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/aymanbagabas/go-udiff"
	"sigs.k8s.io/yaml"

	"swage.dev/swage/cmd/swage/internal/manifest"
	"swage.dev/swage/cmd/swage/internal/offline"
	"swage.dev/swage/podtemplate"
	"swage.dev/swage/submitter/bounded"
)

// ErrNoWant says that a case does not say what it wants.
var ErrNoWant = errors.New("there is no " + wantFile)

// Settings are a case's case.yaml.
type Settings struct {
	// Role and Container are what a recogniser says of pods without Spark's
	// labels. Default: the labels tell.
	Role      podtemplate.Role `json:"role,omitempty"`
	Container string           `json:"container,omitempty"`
	// NamespaceLabels are the labels of the pods' namespaces, by the names of
	// these, in place of those of Namespaces among the templates.
	NamespaceLabels map[string]map[string]string `json:"namespaceLabels,omitempty"`
}

// Result is what became of a case.
type Result struct {
	Case Case
	// Got is what shaping makes of the pods now, as want.yaml has it.
	Got []byte
	// Diff is the difference between what is wanted and that; "" when there is none.
	Diff string
}

// Run shapes the pods of a case and compares. Templates are those of the suite,
// system is the system namespace. The error wraps ErrNoWant when only the
// comparison was not possible; the result then is what want.yaml would be.
func Run(c Case, templates []manifest.Object, system string) (*Result, error) {
	got, err := c.shape(templates, system)
	if err != nil {
		return nil, err
	}
	r := &Result{Case: c, Got: got}
	text, err := bounded.ReadFile(c.Want(), bounded.Most)
	if errors.Is(err, fs.ErrNotExist) {
		return r, fmt.Errorf("%s: %w: --update writes it", c.Dir, ErrNoWant)
	}
	if err != nil {
		return nil, err
	}
	want, err := canonical(c.Want(), text)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(want, got) {
		r.Diff = udiff.Unified(c.Want(), "what shaping makes of "+filepath.Join(c.Dir, podFile), string(want), string(got))
	}
	return r, nil
}

func (c *Case) shape(objects []manifest.Object, system string) ([]byte, error) {
	settings, err := c.settings()
	if err != nil {
		return nil, err
	}
	pods, err := c.pods()
	if err != nil {
		return nil, err
	}
	templates, err := offline.NewTemplates(objects, system)
	if err != nil {
		return nil, err
	}
	for name, labels := range settings.NamespaceLabels {
		if !slices.ContainsFunc(pods.All, func(p *offline.Pod) bool { return p.Namespace == name }) {
			return nil, fmt.Errorf("%s: namespaceLabels: no pod is in namespace %q", filepath.Join(c.Dir, caseFile), name)
		}
		templates.SetNamespaceLabels(name, labels)
	}
	var all bytes.Buffer
	for i, pod := range pods.All {
		if i > 0 {
			all.WriteString(separator)
		}
		outcome := offline.ShapeOne(pod, pods, templates, podtemplate.Route{Role: settings.Role, SparkContainer: settings.Container})
		write(&all, document(&outcome))
	}
	return all.Bytes(), nil
}

func (c *Case) pods() (*offline.Pods, error) {
	file := filepath.Join(c.Dir, podFile)
	objects, err := manifest.ReadUpTo([]string{file}, nil, bounded.Most)
	if err != nil {
		return nil, err
	}
	pods, err := offline.NewPods(objects, manifest.DefaultNamespace)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if len(pods.Notes) > 0 {
		return nil, fmt.Errorf("only pods belong there: %s", pods.Notes[0])
	}
	return pods, nil
}

func (c *Case) settings() (Settings, error) {
	var s Settings
	file := filepath.Join(c.Dir, caseFile)
	text, err := bounded.ReadFile(file, bounded.Most)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return s, nil
	case err != nil:
		return s, err
	}
	if err := yaml.UnmarshalStrict(text, &s); err != nil {
		return s, fmt.Errorf("%s: %w", file, err)
	}
	if s.Role != "" && !s.Role.Valid() {
		return s, fmt.Errorf("%s: role is %q: expected driver or executor", file, s.Role)
	}
	return s, nil
}
