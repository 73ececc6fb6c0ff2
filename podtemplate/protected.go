package podtemplate

import (
	"slices"
	"strings"

	"swage.dev/swage/podtemplate/tree"
)

// sparkLabel tells whether a label is Spark's own: on drivers its Service, and
// on both roles its scheduler, selects on them.
func sparkLabel(key string) bool {
	switch key {
	case RoleLabel, AppIDLabel, AppNameLabel, VersionLabel:
		return true
	}
	return strings.HasPrefix(key, executorLabelPrefix)
}

// inSpark tells whether the container that is being merged is the Spark container.
func (m *merge) inSpark() bool { return m.container != nil && m.container.spark }

// protectedEntry: Spark's labels on both roles, and every label that a driver
// came with, because Spark's Service selects on all of them.
func (m *merge) protectedEntry(p *part) bool {
	if p.field.Owner != "ObjectMeta" || p.field.Name != "labels" {
		return false
	}
	return sparkLabel(p.key) || m.role == Driver && m.pod.HasLabel(p.key)
}

// protectedAtom: the Spark container's name, command and args.
func (m *merge) protectedAtom(p *part) bool {
	if !m.inSpark() || p.field.Owner != "Container" {
		return false
	}
	return p.name == "command" || p.name == "args"
}

// protectedItem tells whether an element that the pod has is Spark's own.
func (m *merge) protectedItem(p *part, have *tree.Node) bool {
	name := have.Get("name").Text()
	switch p.field.Name {
	case "env":
		return m.inSpark() && sparkEnv(name)
	case "volumes":
		return m.sparkVolume(name)
	case "volumeMounts":
		return m.inSpark() && m.sparkVolume(name)
	}
	return false
}

// protectedNewItem: SPARK_LOCAL_DIRS is computed from the scratch volumes, and nobody states it.
func (m *merge) protectedNewItem(p *part) bool {
	return m.inSpark() && p.field.Name == "env" && p.key == localDirsEnv
}

func sparkEnv(name string) bool {
	return strings.HasPrefix(name, envPrefix) || name == authSecretEnv || name == hadoopTokenEnv
}

// sparkVolume tells whether a volume of the pod is Spark's own: its
// configuration and credentials, and scratch space that the user's
// configuration asked for. Spark's default scratch space is none.
func (m *merge) sparkVolume(name string) bool {
	if strings.HasPrefix(name, confVolume) || slices.Contains(sparkVolumes, name) {
		return true
	}
	return m.before.scratch[name] == userScratch
}

// protectedPort: the ports that the driver's Service leads to.
func (m *merge) protectedPort(have *tree.Node) bool {
	return m.role == Driver && m.inSpark() && slices.Contains(driverPorts, have.Get("name").Text())
}

// protectedHook: the preStop hook by which Spark decommissions an executor.
func (m *merge) protectedHook(p *part, in *place, have *tree.Node) bool {
	if !m.inSpark() || p.field.Owner != "LifecycleHandler" || in.name != "preStop" {
		return false
	}
	for _, word := range have.At("exec", "command").Elements() {
		if strings.Contains(word.Text(), decommissionScript) {
			return true
		}
	}
	return false
}
