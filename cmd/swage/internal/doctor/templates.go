package doctor

import (
	"cmp"
	"strconv"

	"k8s.io/apimachinery/pkg/labels"

	"swage.dev/swage/podtemplate"
)

// reads tells whether a ConfigMap with the label of templates is one of this installation.
func (in *Installation) reads(namespace string, set labels.Set) bool {
	s := in.settings()
	if only := s["namespace"]; only != "" && only != namespace {
		return false
	}
	own, err := podtemplate.TemplateSelector(s["class"])
	return err == nil && own.Matches(set)
}

// unread is why it is not known which templates are this installation's: its
// Deployment says for which class and namespace it is, and how large they may be.
func (in *Installation) unread(f *Facts) error { return cmp.Or(f.Templates.Err, in.Deployments.Err) }

// system is the namespace whose templates reach all others, "" for none.
func (in *Installation) system() string {
	s := in.settings()
	if s["namespace"] != "" {
		return ""
	}
	return s.text("system-namespace", in.Place.Namespace)
}

// libraries are its templates, by namespace, loaded here as the server loads them.
func (in *Installation) libraries(f *Facts) map[string]*podtemplate.Library {
	limits := in.limits()
	entries := map[string][]podtemplate.Entry{}
	for i := range f.Templates.Value {
		cm := &f.Templates.Value[i]
		if !in.reads(cm.Namespace, cm.Labels) {
			continue
		}
		loaded, err := podtemplate.Load(cm, podtemplate.LoadOptions{System: cm.Namespace == in.system(), Limits: limits})
		entries[cm.Namespace] = append(entries[cm.Namespace], podtemplate.Entry{
			Namespace: cm.Namespace, Name: cm.Name, Mode: podtemplate.Mode(cm.Labels[podtemplate.TemplateLabel]), Template: loaded, Err: err,
		})
	}
	all := map[string]*podtemplate.Library{}
	for namespace, found := range entries {
		all[namespace] = podtemplate.NewLibrary(found, limits)
	}
	return all
}

func (in *Installation) limits() (l podtemplate.Limits) {
	s := in.settings()
	for name, field := range map[string]*int{
		"max-templates": &l.NamespaceTemplates, "max-template-bytes": &l.TemplateBytes, "max-namespace-bytes": &l.NamespaceBytes,
	} {
		if n, err := strconv.Atoi(s[name]); err == nil && n > 0 {
			*field = n
		}
	}
	return l
}
