package podtemplate

import (
	"strings"

	"swage.dev/swage/podtemplate/schema"
	"swage.dev/swage/podtemplate/tree"
)

// before is what has to be known of the pod as it was, once merging has begun.
type before struct {
	// sources are the fields that others follow, by their name in spec.
	sources map[string]string
	// hostNetwork tells whether the API server derived host ports.
	hostNetwork bool
	// scratch tells of each spark-local-dir-* volume whose choice it was.
	scratch map[string]scratchKind
	// podRequests are the pod-level requests that the API server derived.
	podRequests map[string]bool
}

// followed are the fields of spec that other fields follow.
var followed = []string{"priorityClassName", "serviceAccountName", "automountServiceAccountToken", "runtimeClassName"}

func (m *merge) observe() before {
	spec := m.root.Get("spec")
	b := before{sources: map[string]string{}, hostNetwork: spec.Get("hostNetwork").Bool()}
	for _, name := range followed {
		b.sources[name] = spec.Get(name).JSON()
	}
	b.scratch = scratchKinds(m.sparkContainers(), spec)
	b.podRequests = derivedPodRequests(spec)
	return b
}

// sparkContainers returns the candidates for the Spark container.
func (m *merge) sparkContainers() []*tree.Node {
	var found []*tree.Node
	list := m.root.At("spec", containers).Elements()
	for _, t := range m.plan.targets {
		if t.spark {
			found = append(found, list[t.index])
		}
	}
	return found
}

// scratchKind tells who chose a scratch volume.
type scratchKind int

const (
	defaultScratch scratchKind = iota + 1 // Spark's default, which gives way
	userScratch                           // the user's configuration
)

// scratchKinds: Spark's default scratch volume is a plain emptyDir mounted
// below /var/data; anything else under the name was asked for.
func scratchKinds(spark []*tree.Node, spec *tree.Node) map[string]scratchKind {
	var kinds map[string]scratchKind
	for _, volume := range spec.Get("volumes").Elements() {
		name := volume.Get("name").Text()
		if !strings.HasPrefix(name, localDirVolume) {
			continue
		}
		if kinds == nil {
			kinds = map[string]scratchKind{}
		}
		kinds[name] = userScratch
		if plainEmptyDir(volume) && defaultMount(spark, name) != nil {
			kinds[name] = defaultScratch
		}
	}
	return kinds
}

// plainEmptyDir tells whether a volume is an emptyDir that says nothing more; without a source it is one too.
func plainEmptyDir(volume *tree.Node) bool {
	dir := volume.Get("emptyDir")
	if volume.Len() == 1 {
		return true
	}
	return volume.Len() == 2 && dir.Is(tree.Object) && (dir.Len() == 0 || dir.Len() == 1 && dir.Get("medium").Is(tree.String) && dir.Get("medium").Text() == "")
}

// defaultMount returns the mount that Spark makes of its default scratch volume.
func defaultMount(spark []*tree.Node, volume string) *tree.Node {
	for _, container := range spark {
		for _, mount := range container.Get("volumeMounts").Elements() {
			if mount.Get("name").Text() == volume && strings.HasPrefix(mount.Get("mountPath").Text(), localDirMount) {
				return mount
			}
		}
	}
	return nil
}

// derivedPodRequests returns the pod-level requests that equal what the API
// server computes when they are absent: the containers' together, else the limit.
func derivedPodRequests(spec *tree.Node) map[string]bool {
	limits := spec.At("resources", "limits")
	if limits.Len() == 0 {
		return nil
	}
	derived := map[string]bool{}
	sum := containerRequests(spec)
	for _, request := range spec.At("resources", "requests").Kids() {
		want, stated := sum[request.Name()]
		if stated {
			have, err := schema.ParseQuantity(request)
			derived[request.Name()] = err == nil && have.Cmp(want) == 0
			continue
		}
		limit := limits.Get(request.Name())
		derived[request.Name()] = schema.EqualQuantities(request, limit)
	}
	return derived
}
