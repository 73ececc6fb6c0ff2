package podtemplate

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/podtemplate/tree"
)

// The keys of a template's data.
const (
	podEntry      = "pod.yaml"
	driverEntry   = "driver.yaml"
	executorEntry = "executor.yaml"
)

var entryKeys = []string{podEntry, driverEntry, executorEntry}

// entryKey is the key of the data that is for pods of that role alone.
func (r Role) entryKey() string {
	if r == Executor {
		return executorEntry
	}
	return driverEntry
}

// LoadOptions say where a template comes from.
type LoadOptions struct {
	// System says that the template lives in the system namespace, where it may select namespaces. Default false.
	System bool
	// Limits bound its size.
	Limits Limits
}

// Load reads one template ConfigMap, strictly: unknown or repeated keys, wrong
// case and wrong types are errors. The error is a *LoadError that lists all
// problems with their positions.
func Load(cm *corev1.ConfigMap, opts LoadOptions) (*Template, error) {
	l := newLoader(cm.Namespace, cm.Name, opts)
	l.template.Mode = Mode(cm.Labels[TemplateLabel])
	if !slices.Contains(Modes(), l.template.Mode) {
		l.failAt("/metadata/labels/"+tree.Escape(TemplateLabel), "found %q, expected default, named or enforced", cm.Labels[TemplateLabel])
		return nil, l.error(ErrUnknownMode)
	}
	l.annotations(cm.Annotations) // before the size: whom a template concerns is known also when it is too large
	if !l.fits(textSize(cm)) {
		return nil, l.error(ErrTooLarge)
	}
	l.data(cm)
	l.template.Digest = digest(l.template.Mode, cm)
	return l.done()
}

// LoadFile reads a bare PodTemplateSpec or Pod, the file that
// spark.kubernetes.driver.podTemplateFile takes, as a default template of a
// namespace. Its name everywhere is path.
func LoadFile(path, namespace string, text []byte, opts LoadOptions) (*Template, error) {
	l := newLoader(path, "", opts)
	l.template.Mode = Default
	l.template.home = namespace
	l.template.OnConflict = Keep
	if !l.fits(len(text)) {
		return nil, l.error(ErrTooLarge)
	}
	l.entry("", text)
	l.template.Digest = digest(Default, &corev1.ConfigMap{Data: map[string]string{podEntry: string(text)}})
	return l.done()
}

type loader struct {
	template *Template
	opts     LoadOptions
	problems []Problem
}

func newLoader(namespace, name string, opts LoadOptions) *loader {
	ref := Ref{Namespace: namespace, Name: name}
	return &loader{template: &Template{Ref: ref, home: namespace, nativeSidecars: true, entries: map[string]*entry{}}, opts: opts}
}

func (l *loader) fail(format string, args ...any) { l.failAt("", format, args...) }

// failAt notes what is wrong at a place in the ConfigMap itself.
func (l *loader) failAt(pointer, format string, args ...any) {
	l.problems = append(l.problems, Problem{
		Template: l.template.String(), Path: fieldPath(pointer), Message: fmt.Sprintf(format, args...), Severity: Error,
	})
}

func (l *loader) done() (*Template, error) {
	l.sortProblems()
	if slices.ContainsFunc(l.problems, func(p Problem) bool { return p.Severity == Error }) {
		return nil, l.error(nil)
	}
	l.template.Warnings = l.problems
	l.template.summarise()
	return l.template, nil
}

func (l *loader) error(cause error) error {
	l.sortProblems()
	return &LoadError{Problems: l.problems, cause: cause, reach: l.template}
}

// sortProblems puts errors first, then orders by place, as somebody reads the template.
func (l *loader) sortProblems() {
	slices.SortStableFunc(l.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Severity, b.Severity), cmp.Compare(a.Key, b.Key), cmp.Compare(a.Line, b.Line))
	})
}

// fits notes the size of the text and tells whether it is within the limit.
func (l *loader) fits(size int) bool {
	l.template.size = size
	limit := l.opts.Limits.withDefaults().TemplateBytes
	if size > limit {
		l.fail("%d bytes of text, the limit is %d: split the template", size, limit)
	}
	return size <= limit
}

func textSize(cm *corev1.ConfigMap) (size int) {
	for key, text := range cm.Data {
		size += len(key) + len(text)
	}
	for key, data := range cm.BinaryData {
		size += len(key) + len(data)
	}
	return size
}

func (l *loader) data(cm *corev1.ConfigMap) {
	for _, key := range slices.Sorted(maps.Keys(cm.BinaryData)) {
		l.failAt("/binaryData/"+tree.Escape(key), "templates are text, under data")
	}
	if len(cm.Data) == 0 {
		l.problems = append(l.problems, Problem{Template: l.template.String(), Message: "the template has no entries", Severity: Warning})
	}
	for _, key := range slices.Sorted(maps.Keys(cm.Data)) {
		if !slices.Contains(entryKeys, key) {
			l.failAt("/data/"+tree.Escape(key), "unknown key: known are %s", strings.Join(entryKeys, ", "))
			continue
		}
		l.entry(key, []byte(cm.Data[key]))
	}
}

func (l *loader) entry(key string, text []byte) {
	e, problems := readEntry(newSource(l.template, key), text)
	l.problems = append(l.problems, problems...)
	if key == "" {
		key = podEntry
	}
	if e != nil {
		l.template.entries[key] = e
	}
}
