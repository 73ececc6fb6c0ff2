package offline

import (
	"fmt"
	"maps"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/json"

	"swage.dev/swage/cmd/swage/internal/manifest"
	"swage.dev/swage/podtemplate"
)

// Templates are the templates and namespaces of the inputs.
type Templates struct {
	// Notes tell about objects that are no templates.
	Notes []string
	// Sources are the templates in the order in which they were read.
	Sources []Source

	options    podtemplate.LoadOptions
	system     string
	entries    map[string][]podtemplate.Entry // of ConfigMaps, by namespace
	bare       []bareFile
	namespaces map[string]map[string]string
	libraries  map[string]*podtemplate.Library
}

// Source is one template and the object that it was read from.
type Source struct {
	Object *manifest.Object
	// ConfigMap is nil for a bare file.
	ConfigMap *corev1.ConfigMap
	// Entry is the loaded template; for a bare file as one of namespace default.
	Entry podtemplate.Entry
}

// Name is what changes and messages call the template: namespace/name, or the path of a bare file.
func (s *Source) Name() string {
	if s.ConfigMap == nil {
		return s.Entry.Name
	}
	return s.Entry.Namespace + "/" + s.Entry.Name
}

type bareFile struct {
	name string
	text []byte
}

// NewTemplates sorts out the objects given as templates. It fails on objects
// that no API server would take; a template that does not load is an entry with
// an error, as in the webhook.
func NewTemplates(objects []manifest.Object, systemNamespace string) (*Templates, error) {
	t := &Templates{
		system:     systemNamespace,
		entries:    map[string][]podtemplate.Entry{},
		namespaces: map[string]map[string]string{},
		libraries:  map[string]*podtemplate.Library{},
	}
	for i := range objects {
		if err := t.add(&objects[i]); err != nil {
			return nil, fmt.Errorf("%s: %w", objects[i].Where(), err)
		}
	}
	return t, nil
}

func (t *Templates) add(o *manifest.Object) error {
	switch {
	case o.Is("ConfigMap"):
		return t.addConfigMap(o)
	case o.Is("Namespace"):
		return t.addNamespace(o)
	case o.Is("Pod"), o.Is("PodTemplateSpec"), o.Kind == "":
		t.addBareFile(o)
	default:
		t.note(o, "ignored: templates are ConfigMaps, Pods and PodTemplateSpecs")
	}
	return nil
}

func (t *Templates) addConfigMap(o *manifest.Object) error {
	cm := &corev1.ConfigMap{}
	if err := json.Unmarshal(o.JSON, cm); err != nil {
		return fmt.Errorf("%s: %w", o, err)
	}
	mode, labelled := cm.Labels[podtemplate.TemplateLabel]
	if !labelled {
		t.note(o, "ignored: it has no label "+podtemplate.TemplateLabel)
		return nil
	}
	if cm.Namespace == "" {
		cm.Namespace = manifest.DefaultNamespace
	}
	options := t.options
	options.System = cm.Namespace == t.system
	e := podtemplate.Entry{Namespace: cm.Namespace, Name: cm.Name, Mode: podtemplate.Mode(mode)}
	e.Template, e.Err = podtemplate.Load(cm, options)
	t.noteRepeated(o, e)
	t.entries[cm.Namespace] = append(t.entries[cm.Namespace], e)
	t.Sources = append(t.Sources, Source{o, cm, e})
	return nil
}

// noteRepeated tells of a ConfigMap that takes another one's place, as it would by kubectl apply.
func (t *Templates) noteRepeated(o *manifest.Object, e podtemplate.Entry) {
	for _, earlier := range t.entries[e.Namespace] {
		if earlier.Name == e.Name {
			t.note(o, "it takes the place of the one of the same name before it")
			return
		}
	}
}

func (t *Templates) addNamespace(o *manifest.Object) error {
	ns := &corev1.Namespace{}
	if err := json.Unmarshal(o.JSON, ns); err != nil {
		return fmt.Errorf("%s: %w", o, err)
	}
	t.namespaces[ns.Name] = map[string]string{} // nil is for those that are not known
	maps.Copy(t.namespaces[ns.Name], ns.Labels)
	return nil
}

// addBareFile takes the file of Spark's own podTemplateFile. Of several in one
// file, the second and later ones are told apart by a number.
func (t *Templates) addBareFile(o *manifest.Object) {
	file := bareFile{name: o.File, text: o.Text}
	for n := 2; t.hasBareFile(file.name); n++ {
		file.name = fmt.Sprintf("%s#%d", o.File, n)
	}
	t.bare = append(t.bare, file)
	t.Sources = append(t.Sources, Source{Object: o, Entry: t.loadBare(file, manifest.DefaultNamespace)})
}

func (t *Templates) hasBareFile(name string) bool {
	for _, file := range t.bare {
		if file.name == name {
			return true
		}
	}
	return false
}

func (t *Templates) loadBare(file bareFile, namespace string) podtemplate.Entry {
	e := podtemplate.Entry{Namespace: namespace, Name: file.name, Mode: podtemplate.Default}
	e.Template, e.Err = podtemplate.LoadFile(file.name, namespace, file.text, t.options)
	return e
}

func (t *Templates) note(o *manifest.Object, what string) {
	t.Notes = append(t.Notes, fmt.Sprintf("%s: %s: %s", o.Where(), o, what))
}
