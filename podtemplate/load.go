package podtemplate

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// The keys of a template's data.
const (
	podEntry      = "pod.yaml"
	driverEntry   = "driver.yaml"
	executorEntry = "executor.yaml"
)

var entryKeys = []string{podEntry, driverEntry, executorEntry}

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
		l.fail("label %s is %q: expected default, named or enforced", TemplateLabel, cm.Labels[TemplateLabel])
		return nil, l.error(ErrUnknownMode)
	}
	if l.size(cm) > opts.Limits.withDefaults().TemplateBytes {
		l.fail("%d bytes of text, the limit is %d: split the template", l.template.size, opts.Limits.withDefaults().TemplateBytes)
		return nil, l.error(ErrTooLarge)
	}
	l.annotations(cm.Annotations)
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
	if len(text) > opts.Limits.withDefaults().TemplateBytes {
		l.fail("%d bytes of text, the limit is %d", len(text), opts.Limits.withDefaults().TemplateBytes)
		return nil, l.error(ErrTooLarge)
	}
	l.annotations(nil)
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

func (l *loader) fail(format string, args ...any) {
	l.problems = append(l.problems, Problem{Template: l.template.String(), Message: fmt.Sprintf(format, args...), Severity: Error})
}

func (l *loader) done() (*Template, error) {
	if slices.ContainsFunc(l.problems, func(p Problem) bool { return p.Severity == Error }) {
		return nil, l.error(nil)
	}
	l.template.Warnings = l.problems
	l.template.summarise()
	return l.template, nil
}

func (l *loader) error(cause error) error {
	slices.SortStableFunc(l.problems, func(a, b Problem) int { return strings.Compare(string(a.Severity), string(b.Severity)) })
	return &LoadError{Problems: l.problems, cause: cause, reach: l.template}
}

func (l *loader) size(cm *corev1.ConfigMap) int {
	for key, text := range cm.Data {
		l.template.size += len(key) + len(text)
	}
	return l.template.size
}

func (l *loader) annotations(annotations map[string]string) {
	t := l.template
	t.OnConflict = Keep
	if t.Mode == Enforced {
		t.OnConflict = Replace
	}
	for _, key := range slices.Sorted(maps.Keys(annotations)) {
		if strings.HasPrefix(key, Domain) {
			l.annotation(key, annotations[key])
		}
	}
}

func (l *loader) annotation(key, value string) {
	t := l.template
	switch key {
	case SelectAnnotation:
		t.selector = l.parseSelector(key, value)
	case NamespacesAnnotation:
		t.namespaces = l.parseSelector(key, value)
		if !l.opts.System {
			l.fail("annotation %s: only templates of the system namespace reach other namespaces", key)
		}
	case OnConflictAnnotation:
		l.onConflict(OnConflict(value))
	case NativeSidecarsAnnotation:
		t.nativeSidecars = value != "false"
		if value != "true" && value != "false" {
			l.fail("annotation %s is %q: expected true or false", key, value)
		}
	default:
		l.fail("unknown annotation %s: known are %s, %s, %s and %s", key, SelectAnnotation, NamespacesAnnotation, OnConflictAnnotation, NativeSidecarsAnnotation)
	}
}

func (l *loader) onConflict(value OnConflict) {
	switch {
	case value != Keep && value != Replace && value != Reject:
		l.fail("annotation %s is %q: expected keep, replace or reject", OnConflictAnnotation, value)
	case value == Keep && l.template.Mode == Enforced:
		l.fail("annotation %s is keep: an enforced template wins by replace (its default) or by reject", OnConflictAnnotation)
	default:
		l.template.OnConflict = value
	}
}

// parseSelector reads a label selector; one that does not parse makes the template broken, never silently narrower.
func (l *loader) parseSelector(key, value string) labels.Selector {
	selector, err := labels.Parse(value)
	if err != nil {
		l.fail("annotation %s is no label selector: %s", key, err)
		return labels.Nothing()
	}
	if strings.TrimSpace(value) == "" {
		l.fail("annotation %s is empty: leave it out to select everything", key)
	}
	return selector
}

func (l *loader) data(cm *corev1.ConfigMap) {
	for key := range maps.Keys(cm.BinaryData) {
		l.fail("binaryData.%s: templates are text, under data", key)
	}
	if len(cm.Data) == 0 {
		l.problems = append(l.problems, Problem{Template: l.template.String(), Message: "the template has no entries", Severity: Warning})
	}
	for _, key := range slices.Sorted(maps.Keys(cm.Data)) {
		if !slices.Contains(entryKeys, key) {
			l.fail("unknown key %q in data: known are %s", key, strings.Join(entryKeys, ", "))
			continue
		}
		l.entry(key, []byte(cm.Data[key]))
	}
}

func (l *loader) entry(key string, text []byte) {
	e, problems := readEntry(&source{template: l.template, file: key}, text)
	l.problems = append(l.problems, problems...)
	if key == "" {
		key = podEntry
	}
	if e != nil {
		l.template.entries[key] = e
	}
}

// digest identifies what the template says: mode, the annotations that mean
// something here, and the data; each text with its length, so that no two
// contents can run together.
func digest(mode Mode, cm *corev1.ConfigMap) string {
	hash := sha256.New()
	write := func(text string) { fmt.Fprintf(hash, "%d:%s;", len(text), text) }
	write(string(mode))
	for _, texts := range []map[string]string{swageOnly(cm.Annotations), cm.Data} {
		for _, key := range slices.Sorted(maps.Keys(texts)) {
			write(key)
			write(texts[key])
		}
		_, _ = io.WriteString(hash, "|")
	}
	return hex.EncodeToString(hash.Sum(nil))[:12]
}

func swageOnly(annotations map[string]string) map[string]string {
	own := map[string]string{}
	for key, value := range annotations {
		if strings.HasPrefix(key, Domain) {
			own[key] = value
		}
	}
	return own
}
