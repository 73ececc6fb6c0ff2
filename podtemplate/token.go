package podtemplate

import (
	"strings"

	"swage.dev/swage/podtemplate/tree"
)

// Where the ServiceAccount plugin puts its token.
const (
	tokenVolumePrefix = "kube-api-access-"
	tokenMountPath    = "/var/run/secrets/kubernetes.io/serviceaccount"
)

// pluginTokens returns the token volumes that the plugin added: it names them
// so, and the author did not state them.
func (m *merge) pluginTokens(spec *tree.Node) []*tree.Node {
	var tokens []*tree.Node
	for _, volume := range spec.Get("volumes").Elements() {
		name := volume.Get("name").Text()
		if strings.HasPrefix(name, tokenVolumePrefix) && hasTokenSource(volume) && !m.managed.hasElement(name, "spec", "volumes") {
			tokens = append(tokens, volume)
		}
	}
	return tokens
}

func hasTokenSource(volume *tree.Node) bool {
	for _, source := range volume.At("projected", "sources").Elements() {
		if source.Get("serviceAccountToken") != nil {
			return true
		}
	}
	return false
}

// pluginTokenMount tells whether a mount is one that the plugin adds to every
// container that mounts nothing there.
func (m *merge) pluginTokenMount(mount *tree.Node) bool {
	if mount.Get("mountPath").Text() != tokenMountPath {
		return false
	}
	for _, volume := range m.pluginTokens(m.root.Get("spec")) {
		if volume.Get("name").Text() == mount.Get("name").Text() {
			return true
		}
	}
	return false
}

// dropTokens takes back the mounts that admission added, and the token volume.
func (m *merge) dropTokens(spec *place, by *part) {
	for _, volume := range m.pluginTokens(spec.node) {
		for _, list := range []string{inits, containers} {
			for _, container := range spec.node.Get(list).Elements() {
				m.dropTokenMounts(container, volume.Get("name").Text(), by)
			}
		}
	}
	m.dropUnusedTokens(spec, by, "follows "+by.name)
}

func (m *merge) dropTokenMounts(container *tree.Node, volume string, by *part) {
	for _, mount := range cloneList(container.Get("volumeMounts")) {
		if mount.Get("name").Text() == volume && mount.Get("mountPath").Text() == tokenMountPath && !mount.Fresh() {
			m.drop(mount, by, ruleFollows, "follows "+by.name)
		}
	}
}

// dropUnusedTokens takes back the token volume that nothing mounts any longer:
// the plugin's mounts went, or templates' own mounts took their places.
func (m *merge) dropUnusedTokens(spec *place, by *part, note string) {
	for _, volume := range m.pluginTokens(spec.node) {
		if !m.mounted(volume.Get("name").Text()) {
			m.drop(volume, by, ruleFollows, note)
		}
	}
}
