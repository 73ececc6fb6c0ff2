// Package generate draws Spark pods, and templates that meet them: from a small
// vocabulary, so that what is drawn twice meets and often conflicts.
package generate

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"

	"swage.dev/swage/podtemplate"
)

// Case is one pod and the templates around it.
type Case struct {
	Namespace string
	Role      podtemplate.Role
	Pod       Object
	Templates []Template
	// Asks are the named templates that the pod asks for, weakest first.
	Asks []string
}

// Options say what cases are for. The zero value draws everything that a cluster may contain.
type Options struct {
	// Most is the highest number of templates. Default 3.
	Most int
	// Unknown adds fields that no Kubernetes knows, to the pod only. Default false.
	Unknown bool
	// Modes are the modes to draw. Default all.
	Modes []podtemplate.Mode
	// About are fields that every pod and template may have, by type. Default: some that meet most rules.
	About map[string][]string
	// Only leaves out all other fields of those types, and gives each object of them one at least. Default false.
	Only bool
}

// Draw draws a case. Templates that contradict themselves are left out: loading refuses them.
func Draw(t *rapid.T, namespaces []string, opts Options) Case {
	d := drawer{t: t, focus: drawFocus(t, opts)}
	if opts.Only {
		d.least = 1
	}
	c := Case{
		Namespace: rapid.SampledFrom(namespaces).Draw(t, "namespace"),
		Role:      rapid.SampledFrom([]podtemplate.Role{podtemplate.Driver, podtemplate.Executor}).Draw(t, "role"),
	}
	c.Pod = d.pod(c.Role)
	if opts.Unknown {
		addUnknown(t, c.Pod)
	}
	d.side = templateSide
	if opts.Most == 0 {
		opts.Most = 3
	}
	for i := range rapid.IntRange(1, opts.Most).Draw(t, "templates") {
		if tpl := d.template(i); usable(c, tpl, opts) {
			c.Templates = append(c.Templates, tpl)
		}
	}
	c.ask(t)
	return c
}

func usable(c Case, tpl Template, opts Options) bool {
	if opts.Modes != nil && !slices.Contains(opts.Modes, tpl.Mode) {
		return false
	}
	_, err := podtemplate.Load(tpl.ConfigMap(c.Namespace), podtemplate.LoadOptions{System: tpl.System})
	return err == nil
}

// ask lets the pod ask for the named templates, and sometimes opt out or keep a default.
func (c *Case) ask(t *rapid.T) {
	for _, tpl := range c.Templates {
		if tpl.Mode == podtemplate.Named && rapid.IntRange(0, 3).Draw(t, "asks") < 3 {
			c.Asks = append(c.Asks, tpl.Name)
		}
	}
	if len(c.Asks) > 1 && rapid.Bool().Draw(t, "in another order") {
		slices.Reverse(c.Asks)
	}
	if len(c.Asks) > 0 {
		c.annotate(podtemplate.TemplatesAnnotation, strings.Join(c.Asks, ","))
	}
	switch rapid.IntRange(0, 9).Draw(t, "shape") {
	case 8:
		c.keep()
	case 9:
		c.annotate(podtemplate.ShapeAnnotation, "false")
	}
}

// keep states two defaults and says that they are meant.
func (c *Case) keep() {
	c.annotate(podtemplate.KeepAnnotation, "spec.dnsPolicy, spec.containers[spark].imagePullPolicy")
	spec := c.Pod["spec"].(Object)
	state(spec, "dnsPolicy", "ClusterFirst")
	spark := named(spec, "containers", "spark-kubernetes-"+string(c.Role))
	state(spark, "imagePullPolicy", "IfNotPresent")
}

func state(object Object, name string, value any) {
	if object[name] == nil {
		object[name] = value
	}
}

func (c *Case) annotate(key, value string) {
	meta := c.Pod["metadata"].(Object)
	if meta["annotations"] == nil {
		meta["annotations"] = Object{}
	}
	meta["annotations"].(Object)[key] = value
}

// Raw is the JSON of the pod as its author wrote it.
func (c Case) Raw() []byte { return []byte(text(c.Pod)) }

// Request asks to shape that pod, which may be c's own or one made from it.
func (c Case) Request(raw []byte) (podtemplate.Request, error) { return c.RequestIn(raw, c.Templates) }

// RequestIn is Request with the templates in that order, which must not matter.
func (c Case) RequestIn(raw []byte, templates []Template) (podtemplate.Request, error) {
	pod, err := podtemplate.ParsePod(raw)
	if err != nil {
		return podtemplate.Request{}, err
	}
	var own, system []podtemplate.Entry
	var failed []error
	for _, tpl := range templates {
		loaded, err := podtemplate.Load(tpl.ConfigMap(c.Namespace), podtemplate.LoadOptions{System: tpl.System})
		failed = append(failed, err)
		entry := podtemplate.Entry{Namespace: c.Namespace, Name: tpl.Name, Mode: tpl.Mode, Template: loaded, Err: err}
		if tpl.System {
			entry.Namespace = podtemplate.DefaultSystemNamespace
			system = append(system, entry)
		} else {
			own = append(own, entry)
		}
	}
	return podtemplate.Request{
		Pod: pod, Namespace: c.Namespace,
		Templates:       podtemplate.NewLibrary(own, podtemplate.Limits{}),
		SystemTemplates: podtemplate.NewLibrary(system, podtemplate.Limits{}),
	}, errors.Join(failed...)
}

// String prints the case as YAML, for people.
func (c Case) String() string {
	var b strings.Builder
	write := func(title string, value any) {
		out, err := yaml.Marshal(value)
		fmt.Fprintf(&b, "--- %s\n%s", title, out)
		if err != nil {
			fmt.Fprintln(&b, err)
		}
	}
	write(fmt.Sprintf("pod, in %s", c.Namespace), c.Pod)
	for _, tpl := range c.Templates {
		title := fmt.Sprintf("template %s: mode %s, system %t, on-conflict %q, select %q, regular %t", tpl.Name, tpl.Mode, tpl.System, tpl.OnConflict, tpl.Select, tpl.Regular)
		fmt.Fprintf(&b, "--- %s\n", title)
		for _, key := range slices.Sorted(maps.Keys(tpl.Data)) {
			write(key, tpl.Data[key])
		}
	}
	return b.String()
}
