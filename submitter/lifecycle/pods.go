package lifecycle

import (
	"cmp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/submitter"
)

// Pods are the pods of one application, whoever made them. At least one there is, or a Job.
type Pods struct {
	// Driver is nil where the driver is no pod of Spark's, such as a notebook.
	Driver *corev1.Pod
	// Executors are those that exist, by name. They are unknown, and empty, where
	// the server lets only the driver be read.
	Executors []*corev1.Pod
	// Job is what makes the drivers, of which Driver is the last unless another one
	// was asked for; nil: no Job does.
	Job *Job

	// leftover are executors of failed attempts that have not started.
	leftover []*corev1.Pod
}

// All are the driver, if there is one, and the executors.
func (p *Pods) All() []*corev1.Pod {
	if p.Driver == nil {
		return p.Executors
	}
	return append([]*corev1.Pod{p.Driver}, p.Executors...)
}

// drivers are the driver, or all attempts of a Job.
func (p *Pods) drivers() []*corev1.Pod {
	switch {
	case p.Job != nil:
		return p.Job.Attempts
	case p.Driver != nil:
		return []*corev1.Pod{p.Driver}
	}
	return nil
}

// first is what tells most of the application: its driver, an executor, or its Job.
func (p *Pods) first() metav1.Object {
	if all := p.All(); len(all) > 0 {
		return all[0]
	}
	return p.Job.Object
}

// Namespace is where the pods are.
func (p *Pods) Namespace() string { return p.first().GetNamespace() }

// AppName is the application's name as Spark's label has it: the driver's, which is as it was submitted.
func (p *Pods) AppName() string { return p.first().GetLabels()[podtemplate.AppNameLabel] }

// Shell is the language of the application's shell, "" for an application that is none.
func (p *Pods) Shell() string { return p.first().GetLabels()[submitter.ShellLabel] }

// SparkVersion is Spark's version as its label has it.
func (p *Pods) SparkVersion() string { return p.first().GetLabels()[podtemplate.VersionLabel] }

// Created is when the application was submitted.
func (p *Pods) Created() metav1.Time {
	if p.Job != nil && p.Job.Object != nil {
		return p.Job.Object.CreationTimestamp
	}
	return p.first().GetCreationTimestamp()
}

// AppID is the application's id. A driver that does not know it yet has executors that do.
func (p *Pods) AppID() string {
	for _, pod := range p.All() {
		if id := AppIDOf(pod); id != "" {
			return id
		}
	}
	return ""
}

// AppIDOf is the application's id of a driver or an executor, "" where its pod does not tell.
func AppIDOf(pod *corev1.Pod) string {
	if id := pod.Labels[podtemplate.AppIDLabel]; id != "" || isExecutor(pod) || pod.Labels[submitter.JobLabel] == "" {
		return id
	}
	return submitter.AttemptID(pod.UID)
}

// Word is the shortest sure way to name the application: its Job, its driver's pod, or its id.
func (p *Pods) Word() string {
	switch {
	case p.Job != nil:
		return p.Job.Name
	case p.Driver == nil:
		return p.AppID()
	}
	return p.Driver.Name
}

// grouped are the applications that pods belong to, oldest first. An executor belongs to the driver that owns it, else
// to the one with its application's id.
func grouped(pods []*corev1.Pod) []Pods {
	var apps []*Pods
	byUID, byID := map[types.UID]*Pods{}, map[string]*Pods{}
	for _, pod := range pods {
		if pod.Labels[podtemplate.RoleLabel] == string(podtemplate.Driver) {
			app := &Pods{Driver: pod}
			apps = append(apps, app)
			byUID[pod.UID] = app
			if id := pod.Labels[podtemplate.AppIDLabel]; id != "" {
				byID[pod.Namespace+"/"+id] = app
			}
		}
	}
	for _, pod := range pods {
		if !isExecutor(pod) {
			continue
		}
		id := pod.Namespace + "/" + pod.Labels[podtemplate.AppIDLabel]
		app := cmp.Or(byUID[ownerUID(pod)], byID[id])
		if app == nil {
			app = &Pods{}
			byID[id] = app
			apps = append(apps, app)
		}
		app.Executors = append(app.Executors, pod)
	}
	all := make([]Pods, 0, len(apps))
	for _, app := range apps {
		sortByName(app.Executors)
		all = append(all, *app)
	}
	sortByAge(all)
	return all
}

// executorsIn are the executors of a set, by name.
func executorsIn(pods podSet) []*corev1.Pod {
	var executors []*corev1.Pod
	for _, pod := range pods {
		if isExecutor(pod) {
			executors = append(executors, pod)
		}
	}
	sortByName(executors)
	return executors
}

// ownerUID is the UID of the object that made a pod, "" for none.
func ownerUID(pod *corev1.Pod) types.UID {
	if owner := metav1.GetControllerOfNoCopy(pod); owner != nil {
		return owner.UID
	}
	return ""
}

func sortByName(pods []*corev1.Pod) {
	slices.SortFunc(pods, func(a, b *corev1.Pod) int {
		return cmp.Or(cmp.Compare(len(a.Name), len(b.Name)), strings.Compare(a.Name, b.Name)) // exec-2 before exec-10
	})
}
