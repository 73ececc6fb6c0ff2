package submitter

import (
	"errors"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/submitter/shapehere"
)

// executorTemplate takes the pod template of executors to the driver, which makes them.
func (b *build) executorTemplate() error {
	var err error
	if b.handed, err = b.executorTemplateText(); err != nil {
		return err
	}
	if b.handed, err = b.shapedTemplate(b.handed); err != nil || b.handed == nil {
		return err
	}
	name := b.prefix + "-driver-podspec-conf-map"
	b.ownConfigMap(name, map[string]string{templateKey: string(b.handed)})
	b.mount(configMapVolume(templateVolume, name, corev1.KeyToPath{Key: templateKey, Path: templateFile}), corev1.VolumeMount{MountPath: templateDir})
	b.set(keyExecutorTemplate, templateDir+"/"+templateFile)
	return nil
}

// executorTemplateText is the user's, nil when there is none.
func (b *build) executorTemplateText() ([]byte, error) {
	given := b.options.Given.ExecutorTemplate
	if b.options.Given.Named {
		given = nil // the webhook lays it over executors
	}
	_, text, err := b.givenOrFile(keyExecutorTemplate, given)
	return text, err
}

// shapedTemplate puts what templates want of executors into their pod template,
// where nobody shapes the executors that the driver makes (S19).
func (b *build) shapedTemplate(text []byte) ([]byte, error) {
	if b.options.Templates == nil || b.executorsBy == BySubmitter {
		return text, nil
	}
	executors, err := b.executorsAsMade()
	if err != nil {
		return nil, err
	}
	if text != nil {
		if executors.Template, err = yaml.YAMLToJSON(text); err != nil {
			return nil, refuse("pod template %s: %v", b.conf.Get(keyExecutorTemplate), err)
		}
	}
	before := string(executors.Template)
	shaped, warnings, err := b.options.Templates.PodTemplate(*executors)
	switch {
	case errors.Is(err, shapehere.ErrNotByDriver):
		return nil, refuse("--shape here: %v; use --executors-by submitter, or the webhook", err)
	case err != nil:
		return nil, refuse("--shape here: %v", err)
	}
	for _, warning := range warnings {
		b.note("executors: " + warning)
	}
	if string(shaped) == before {
		return text, nil
	}
	if text, err = yaml.JSONToYAML(shaped); err != nil {
		return nil, err
	}
	return text, nil
}

// executorsAsMade are two executors as the driver makes them. Their scratch
// space is left out: Spark makes it only where the template brings none.
func (b *build) executorsAsMade() (*shapehere.Executors, error) {
	notes := b.app.notes
	defer func() { b.app.notes = notes }() // they are told when executors are made
	e := b.forExecutors()
	steps := executorSteps()
	for _, step := range steps[:len(steps)-1] {
		if err := step(e); err != nil {
			return nil, err
		}
	}
	e.pod.Spec.Containers = append(e.pod.Spec.Containers, *e.container)
	made := &Executors{pod: e.pod, places: e.places, numbers: numbers{Prefix: b.prefix, First: 1}}
	first, second := made.Pod(0), made.Pod(1)
	if b.newIDs() { // the attempts of a Job have other ids
		second.Labels[podtemplate.AppIDLabel] += "-2"
	}
	return &shapehere.Executors{
		Made: [2]*corev1.Pod{first, second}, Container: e.container.Name,
		Driver: &podtemplate.DriverInfo{Labels: b.pod.Labels, Annotations: b.pod.Annotations},
	}, nil
}
