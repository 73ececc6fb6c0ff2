package podtemplate

import (
	"errors"
	"fmt"
	"strings"

	"swage.dev/swage/podtemplate/tree"
)

// managedFieldsMember is left unparsed: it is as large as the rest of a pod and hardly ever needed.
const managedFieldsMember = "managedFields"

// ErrNotAPod is returned by ParsePod for JSON that is no pod.
var ErrNotAPod = errors.New("not a pod")

// Pod is a pod as it was read. Shaping does not change what its methods say. A
// Pod is not safe for concurrent use.
type Pod struct {
	raw  []byte
	meta *tree.Node // metadata, a copy that stays as it was read
	root *tree.Node // nil once a merge has taken it
}

// ParsePod reads the JSON of a v1 Pod. It is not strict: what it does not know
// stays as it is. The bytes belong to the Pod afterwards.
func ParsePod(raw []byte) (*Pod, error) {
	root, err := tree.Parse(raw, managedFieldsMember)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotAPod, err)
	}
	if kind := root.Get("kind"); !root.Is(tree.Object) || (kind != nil && kind.Text() != "Pod") {
		return nil, fmt.Errorf("%w: kind is %q", ErrNotAPod, kind.Text())
	}
	for _, path := range [][]string{{"metadata"}, {"metadata", "labels"}, {"metadata", "annotations"}, {"spec"}} {
		if n := root.At(path...); n != nil && !n.Is(tree.Object) && !n.Is(tree.Null) {
			return nil, fmt.Errorf("%w: %s is no object", ErrNotAPod, strings.Join(path, "."))
		}
	}
	p := &Pod{raw: raw, root: root, meta: tree.NewObject()}
	if meta := root.Get("metadata"); meta != nil {
		p.meta = meta.Clone()
	}
	return p, nil
}

// document returns the whole tree for a merge to change. It is parsed once for
// the first merge and again for each further one, which only corner cases need.
func (p *Pod) document() *tree.Node {
	if root := p.root; root != nil {
		p.root = nil
		return root
	}
	root, _ := tree.Parse(p.raw, managedFieldsMember) // cannot fail: it has been parsed before
	return root
}

// Namespace returns metadata.namespace, empty if there is none.
func (p *Pod) Namespace() string { return p.meta.At("namespace").Text() }

// Name returns metadata.name, else metadata.generateName: at admission most pods have only that.
func (p *Pod) Name() string {
	if name := p.meta.At("name").Text(); name != "" {
		return name
	}
	return p.meta.At("generateName").Text()
}

// UID returns metadata.uid, empty before the API server gave one.
func (p *Pod) UID() string { return p.meta.At("uid").Text() }

// Label returns the value of a label, "" if there is none.
func (p *Pod) Label(key string) string { return p.meta.At("labels", key).Text() }

// HasLabel tells whether the pod has a label, whatever its value.
func (p *Pod) HasLabel(key string) bool { return p.meta.At("labels", key) != nil }

// Annotation returns the value of an annotation and whether it is there.
func (p *Pod) Annotation(key string) (string, bool) {
	n := p.meta.At("annotations", key)
	return n.Text(), n != nil
}

// Role returns what the label spark-role says, "" when that is no role.
func (p *Pod) Role() Role {
	if role := Role(p.Label(RoleLabel)); role.Valid() {
		return role
	}
	return ""
}

// Owner is the controller of a pod.
type Owner struct {
	APIVersion, Kind, Name, UID string
}

// Controller returns the owner with controller: true, nil if there is none.
func (p *Pod) Controller() *Owner {
	for _, ref := range p.meta.At("ownerReferences").Elements() {
		if ref.Get("controller").Bool() {
			return &Owner{
				APIVersion: ref.Get("apiVersion").Text(), Kind: ref.Get("kind").Text(),
				Name: ref.Get("name").Text(), UID: ref.Get("uid").Text(),
			}
		}
	}
	return nil
}

// IsPod tells whether the owner is a v1 Pod: an executor's driver is one.
func (o *Owner) IsPod() bool { return o != nil && o.APIVersion == "v1" && o.Kind == "Pod" }

// Labels returns all labels. The map is the caller's.
func (p *Pod) Labels() map[string]string { return texts(p.meta.At("labels")) }

func texts(object *tree.Node) map[string]string {
	all := make(map[string]string, object.Len())
	for _, kid := range object.Kids() {
		all[kid.Name()] = kid.Text()
	}
	return all
}

// JSON returns the pod's JSON as it was read.
func (p *Pod) JSON() []byte { return p.raw }
