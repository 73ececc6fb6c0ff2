package sparkapplication

import (
	"cmp"
	"maps"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/commandline"
)

// Plan plans the application as submitter.Plan plans a command line. Of o the
// line, the version, the namespace and what is given are the manifest's; the
// settings of o.Line, if it has some, are stronger than the manifest's.
func (a *Application) Plan(o submitter.Options) (*submitter.Objects, error) {
	o, err := a.planOptions(o)
	if err != nil {
		return nil, err
	}
	if a.gang != nil {
		requests, err := submitter.ReadRequests(o)
		if err != nil {
			return nil, err
		}
		if err := a.gang.complete(&o, requests); err != nil {
			return nil, err
		}
	}
	return submitter.Plan(o)
}

func (a *Application) planOptions(o submitter.Options) (submitter.Options, error) {
	line := cloned(a.Line)
	if o.Line != nil {
		maps.Copy(line.Conf, a.besideAgents(o.Line.Conf))
		maps.Copy(line.Values, o.Line.Values)
		maps.Copy(line.Switches, o.Line.Switches)
	}
	o.Line, o.SparkVersion, o.Namespace = line, cmp.Or(o.SparkVersion, a.SparkVersion), a.Namespace
	var err error
	if o.Given.DriverTemplate, err = a.templateText(a.DriverTemplate); err != nil {
		return o, err
	}
	if o.Given.ExecutorTemplate, err = a.templateText(a.ExecutorTemplate); err != nil {
		return o, err
	}
	o.Given.DriverMemoryLimit, o.Given.ExecutorMemoryLimit = a.DriverMemoryLimit, a.ExecutorMemoryLimit
	o.Given.Before, o.Given.Owned = a.Before, a.Owned
	o.Job, o.Schedule = a.job(o.Job), a.Schedule
	return o, nil
}

// besideAgents are settings as they are given, with the agents of the manifest: who says other options of a JVM does not mean
// that its pod shall announce a port at which nobody answers.
func (a *Application) besideAgents(conf map[string]string) map[string]string {
	all := maps.Clone(conf)
	for key, agent := range a.agents {
		if given := all[key]; given != "" && !strings.Contains(given, agent) {
			all[key] = given + " " + agent
		}
	}
	return all
}

// job is the manifest's, and the deadline, which no manifest has, the caller's.
func (a *Application) job(o *submitter.JobOptions) *submitter.JobOptions {
	if o == nil || o.Deadline == 0 {
		return a.Job
	}
	limited := submitter.JobOptions{Deadline: o.Deadline}
	if a.Job != nil {
		limited = *a.Job
		limited.Deadline = o.Deadline
	}
	return &limited
}

// templateText is a pod template as a file has it, nil for none. Not all text
// can be in a file: control characters cannot.
func (a *Application) templateText(template *corev1.PodTemplateSpec) ([]byte, error) {
	if template == nil {
		return nil, nil
	}
	text, err := yaml.Marshal(template)
	if err != nil {
		return nil, &Error{[]Problem{{File: a.file, Message: "what becomes a pod template cannot be written: " + err.Error()}}}
	}
	return text, nil
}

func cloned(line *commandline.Line) *commandline.Line {
	clone := *line
	clone.Conf, clone.Values = maps.Clone(line.Conf), maps.Clone(line.Values)
	clone.Switches, clone.Own = maps.Clone(line.Switches), maps.Clone(line.Own)
	return &clone
}
