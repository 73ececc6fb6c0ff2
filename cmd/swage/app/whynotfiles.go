package app

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"swage.dev/swage/cmd/swage/internal/manifest"
	"swage.dev/swage/cmd/swage/internal/offline"
	"swage.dev/swage/cmd/swage/internal/whynot"
	"swage.dev/swage/podtemplate"
)

// around is what is known around a pod, as objects.
type around struct {
	configurations []admissionv1.MutatingWebhookConfiguration
	// unread says why the configurations are not known, "" when they are.
	unread  string
	objects []manifest.Object // ConfigMaps and Namespaces
}

// walkFiles walks the chain of pods with what the files have.
func (q *whyNot) walkFiles(cmd *cobra.Command) ([]*whynot.Report, error) {
	objects, err := manifest.Read(q.inputs.templates, cmd.InOrStdin())
	if err != nil {
		return nil, fmt.Errorf("reading templates: %w", err)
	}
	all, err := q.sort(cmd, objects)
	if err != nil {
		return nil, err
	}
	if len(all.configurations) == 0 {
		all.unread = "there is no MutatingWebhookConfiguration among the files"
	}
	pods, err := q.inputs.readPods(cmd)
	if err != nil {
		return nil, err
	}
	var reports []*whynot.Report
	for _, pod := range pods.All {
		templates, system, err := q.templates(all, pod)
		if err != nil {
			return nil, err
		}
		if len(reports) == 0 {
			notes(cmd.ErrOrStderr(), templates.Notes)
		}
		reports = append(reports, whynot.Walk(&whynot.Cluster{
			Configurations: all.configurations, NoConfigurations: all.unread, Pods: pods, Templates: templates,
		}, pod, system))
	}
	return reports, nil
}

// templates loads the templates as the server does that the pod's webhook calls.
func (q *whyNot) templates(all *around, pod *offline.Pod) (templates *offline.Templates, system string, err error) {
	system = q.inputs.system
	namespace, _, namespaced := whynot.Server(all.configurations, pod, nil, false)
	switch {
	case q.system:
	case namespaced:
		system = "" // no template reaches other namespaces
	case namespace != "":
		system = namespace
	}
	templates, err = offline.NewTemplates(all.objects, system)
	if err != nil {
		return nil, "", fmt.Errorf("reading templates: %w", err)
	}
	return templates, system, nil
}

// sort takes configurations from among the objects, and leaves out templates of other installations.
func (q *whyNot) sort(cmd *cobra.Command, objects []manifest.Object) (*around, error) {
	all := &around{}
	for i := range objects {
		o := &objects[i]
		if o.Kind == "MutatingWebhookConfiguration" {
			var c admissionv1.MutatingWebhookConfiguration
			if err := json.Unmarshal(o.JSON, &c); err != nil {
				return nil, fmt.Errorf("%s: %s: %w", o.Where(), o, err)
			}
			all.configurations = append(all.configurations, c)
			continue
		}
		if whose := q.foreign(o); whose != "" {
			notes(cmd.ErrOrStderr(), []string{fmt.Sprintf("%s: ignored: it is for %s", o, whose)})
			continue
		}
		all.objects = append(all.objects, *o)
	}
	return all, nil
}

// foreign tells whose an object is that is a template of another installation, "" for any other object.
func (q *whyNot) foreign(o *manifest.Object) string {
	var object struct{ Metadata metav1.ObjectMeta }
	if !o.Is("ConfigMap") || json.Unmarshal(o.JSON, &object) != nil {
		return "" // what it is is said when it is loaded
	}
	set := labels.Set(object.Metadata.Labels)
	own, err := podtemplate.TemplateSelector(q.class) // which was checked
	if err != nil || !set.Has(podtemplate.TemplateLabel) || own.Matches(set) {
		return ""
	}
	switch class := set[podtemplate.ClassLabel]; {
	case class != "":
		return fmt.Sprintf("the installation of class %q", class)
	case set.Has(podtemplate.ClassLabel):
		return "nobody: its label " + podtemplate.ClassLabel + " is empty"
	}
	return "the installation without a class"
}
