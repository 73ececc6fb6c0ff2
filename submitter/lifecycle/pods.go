package lifecycle

import (
	"cmp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"swage.dev/swage/podtemplate"
)

// Pods are the pods of one application, whoever made them. At least one there is.
type Pods struct {
	// Driver is nil where the driver is no pod of Spark's, such as a notebook.
	Driver *corev1.Pod
	// Executors are those that exist, by name. They are unknown, and empty, where
	// the server lets only the driver be read.
	Executors []*corev1.Pod
}

// All are the driver, if there is one, and the executors.
func (p *Pods) All() []*corev1.Pod {
	if p.Driver == nil {
		return p.Executors
	}
	return append([]*corev1.Pod{p.Driver}, p.Executors...)
}

func (p *Pods) first() *corev1.Pod { return p.All()[0] }

// Namespace is where the pods are.
func (p *Pods) Namespace() string { return p.first().Namespace }

// AppName is the application's name as Spark's label has it: the driver's, which is as it was submitted.
func (p *Pods) AppName() string { return p.first().Labels[podtemplate.AppNameLabel] }

// AppID is the application's id. A driver that does not know it yet has executors that do.
func (p *Pods) AppID() string {
	for _, pod := range p.All() {
		if id := pod.Labels[podtemplate.AppIDLabel]; id != "" {
			return id
		}
	}
	return ""
}

// Word is the shortest sure way to name the application: its driver's pod, or its id.
func (p *Pods) Word() string {
	if p.Driver == nil {
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
	slices.SortFunc(all, func(a, b Pods) int {
		return cmp.Or(a.first().CreationTimestamp.Compare(b.first().CreationTimestamp.Time), strings.Compare(a.Namespace(), b.Namespace()), strings.Compare(a.Word(), b.Word()))
	})
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
