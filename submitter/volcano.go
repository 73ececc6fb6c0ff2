package submitter

import (
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// Volcano's names: its scheduler finds the group of a pod by the annotation.
const (
	PodGroupVersion    = "scheduling.volcano.sh/v1beta1"
	PodGroupKind       = "PodGroup"
	podGroupAnnotation = "scheduling.k8s.io/group-name"
)

// volcano makes the PodGroup that Volcano schedules the application by, and puts
// the driver into it. The driver puts its executors into it, if they have the
// step too.
func (b *build) volcano() error {
	if b.inJob {
		return refuse("%s: the step makes one PodGroup for one driver, and a Job makes several drivers: leave it out, or the Job's options", keyDriverSteps)
	}
	group, err := b.podGroup()
	if err != nil {
		return err
	}
	name := b.podGroupName()
	group.SetName(name)
	group.SetNamespace(b.namespace)
	b.before = append(b.before, group)
	b.pod.Annotations = merged(b.pod.Annotations, map[string]string{podGroupAnnotation: name})
	return nil
}

func (b *build) podGroupName() string { return b.appID + "-podgroup" }

// podGroup begins with the template, or with an empty group.
func (b *build) podGroup() (*unstructured.Unstructured, error) {
	group := &unstructured.Unstructured{Object: map[string]any{}}
	what, text, err := b.podGroupTemplate()
	if err != nil {
		return nil, err
	}
	if err := yaml.Unmarshal(text, &group.Object); err != nil {
		return nil, refuse("%s is no PodGroup: %v", what, err)
	}
	if group.Object == nil { // an empty file
		group.Object = map[string]any{}
	}
	if version, kind := group.GetAPIVersion(), group.GetKind(); version != "" && version != PodGroupVersion || kind != "" && kind != PodGroupKind {
		return nil, refuse("%s is a %s of %s: expected a %s of %s", what, kind, version, PodGroupKind, PodGroupVersion)
	}
	for _, member := range []string{"metadata", "spec"} {
		switch group.Object[member].(type) {
		case nil:
			group.Object[member] = map[string]any{}
		case map[string]any:
		default:
			return nil, refuse("%s is no PodGroup: %s is no object", what, member)
		}
	}
	delete(group.Object, "status")
	group.SetAPIVersion(PodGroupVersion)
	group.SetKind(PodGroupKind)
	return group, nil
}

// podGroupTemplate is the text of the template: a file, which wins, or a setting.
func (b *build) podGroupTemplate() (what string, text []byte, err error) {
	if file := b.conf.Get(keyGroupFile); file != "" {
		what = fmt.Sprintf("PodGroup template %s", file)
		text, err = b.readHere("PodGroup template", keyGroupFile, file)
		return what, text, err
	}
	if b.release.groupJSON {
		return keyGroupJSON, []byte(b.conf.Get(keyGroupJSON)), nil
	}
	return "", nil, nil
}
