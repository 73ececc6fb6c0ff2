package offline

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"swage.dev/swage/cmd/swage/internal/manifest"
	"swage.dev/swage/podtemplate"
)

// ErrNoPod says that there is no pod among the inputs.
var ErrNoPod = errors.New("no pod to shape")

// Pods are the pods of the inputs, in their order.
type Pods struct {
	All []*Pod
	// Notes tell about objects that are no pods.
	Notes []string
}

// Pod is one pod of the inputs.
type Pod struct {
	*podtemplate.Pod
	// Namespace is where the pod would be created.
	Namespace string
}

// String is namespace/name, or namespace/generateName, and printable. A file's pod may have neither.
func (p *Pod) String() string {
	return manifest.Printable(p.Namespace + "/" + cmp.Or(p.Name(), "(no name)"))
}

// NewPods sorts out the objects given as pods. What spark-submit makes besides
// pods is left out with a note; an object that is not even known by its kind is
// an error, as for kubectl. Pods that do not say their namespace are of the one given.
func NewPods(objects []manifest.Object, namespace string) (*Pods, error) {
	pods := &Pods{}
	for i := range objects {
		o := &objects[i]
		switch {
		case o.Kind == "":
			return nil, fmt.Errorf("%s: the object has no kind: expected a Pod", o.Where())
		case !o.Is("Pod"):
			pods.Notes = append(pods.Notes, fmt.Sprintf("%s: %s: ignored: no pod", o.Where(), o))
			continue
		}
		pod, err := podtemplate.ParsePod(o.JSON)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", o.Where(), o, err)
		}
		pods.All = append(pods.All, newPod(pod, namespace))
	}
	switch {
	case len(pods.All) > 0:
		return pods, nil
	case len(pods.Notes) > 0:
		return nil, fmt.Errorf("%w: %s", ErrNoPod, strings.Join(pods.Notes, "; "))
	default:
		return nil, ErrNoPod
	}
}

func newPod(pod *podtemplate.Pod, namespace string) *Pod {
	return &Pod{Pod: pod, Namespace: cmp.Or(pod.Namespace(), namespace)}
}
