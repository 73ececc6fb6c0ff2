package offline

import (
	"fmt"

	"swage.dev/swage/podtemplate"
)

// Why says in words why a template was selected for the pod.
func (o *Outcome) Why(ref podtemplate.Ref) string {
	why := o.reach(ref)
	entry, _, known := o.templates.Library(ref.Namespace).Get(ref.Name)
	if known && entry.Template != nil && entry.Template.Selector() != nil {
		why += fmt.Sprintf(", and the pod's labels match %q", entry.Template.Selector().String())
	}
	return why
}

func (o *Outcome) reach(ref podtemplate.Ref) string {
	_, own := o.Pod.Annotation(podtemplate.TemplatesAnnotation)
	switch {
	case ref.Name == "":
		return "a file is a default template of the pod's namespace"
	case ref.Mode == podtemplate.Named && !own && o.Driver != nil:
		return fmt.Sprintf("driver %s asks for it", o.Driver)
	case ref.Mode == podtemplate.Named:
		return "the pod asks for it"
	case ref.Namespace == o.templates.system:
		return fmt.Sprintf("%s in the system namespace", ref.Mode)
	default:
		return fmt.Sprintf("%s in the pod's namespace", ref.Mode)
	}
}
