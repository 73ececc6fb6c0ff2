package shapehere

import (
	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/podtemplate"
)

// Selector is the label selector of the ConfigMaps that are templates here.
// Those with a class are for an installation of their own.
const Selector = podtemplate.TemplateLabel + ",!" + podtemplate.ClassLabel

// Options say which templates there are. Only Namespace is required.
type Options struct {
	// Namespace is where the pods are created, NamespaceLabels are its labels.
	Namespace       string
	NamespaceLabels map[string]string

	// SystemNamespace is the one whose templates reach all others. Default: none.
	SystemNamespace string

	// Own are the ConfigMaps of Namespace, System those of SystemNamespace.
	Own, System []corev1.ConfigMap
}

// Templates shape the pods of one namespace. They never change, and may be shared.
type Templates struct {
	opts        Options
	shaper      *podtemplate.Shaper
	own, system *podtemplate.Library
}

// New loads templates. Those that do not load are skipped, or deny the pods that
// need them, as the webhook does.
func New(o Options) *Templates {
	return &Templates{
		opts: o, shaper: podtemplate.NewShaper(podtemplate.Options{SystemNamespace: o.SystemNamespace}),
		own: library(o.Own, false), system: library(o.System, true),
	}
}

// SystemNamespace is that of the options.
func (t *Templates) SystemNamespace() string { return t.opts.SystemNamespace }

func library(maps []corev1.ConfigMap, system bool) *podtemplate.Library {
	entries := make([]podtemplate.Entry, len(maps))
	for i := range maps {
		cm := &maps[i]
		template, err := podtemplate.Load(cm, podtemplate.LoadOptions{System: system})
		entries[i] = podtemplate.Entry{
			Namespace: cm.Namespace, Name: cm.Name, Mode: podtemplate.Mode(cm.Labels[podtemplate.TemplateLabel]), Template: template, Err: err,
		}
	}
	return podtemplate.NewLibrary(entries, podtemplate.Limits{})
}

// SelectNamespaces tells whether one of the templates selects namespaces, so
// that the labels of the namespace matter.
func SelectNamespaces(system []corev1.ConfigMap) bool {
	for i := range system {
		if _, selects := system[i].Annotations[podtemplate.NamespacesAnnotation]; selects {
			return true
		}
	}
	return false
}

// Driver is what an executor's driver is. The zero value: there is none.
type Driver struct {
	*podtemplate.DriverInfo
	// Missing says that the executor names one that does not exist.
	Missing bool
}

// Shape shapes one pod, given as JSON, as the webhook does that is called when
// the pod is created: defaulted, and with what the API server's own plugins add.
// The error wraps podtemplate.ErrNotAPod.
func (t *Templates) Shape(pod []byte, driver Driver) (podtemplate.Result, error) {
	parsed, err := podtemplate.ParsePod(pod)
	if err != nil {
		return podtemplate.Result{}, err
	}
	return t.shaper.Shape(podtemplate.Request{
		Pod: parsed, Namespace: t.opts.Namespace, NamespaceLabels: t.opts.NamespaceLabels,
		Driver: driver.DriverInfo, DriverMissing: driver.Missing, Templates: t.own, SystemTemplates: t.system,
	}), nil
}
