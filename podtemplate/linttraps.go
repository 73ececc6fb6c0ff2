package podtemplate

import (
	"fmt"
	"slices"
	"strings"

	"swage.dev/swage/podtemplate/tree"
)

// traps are what templates for Spark's pods get wrong without being invalid. A
// template that does one of these loads, and does not do what its author meant.
var traps = []struct {
	rule string
	find func(*trapFinder)
}{
	{"Spark's labels are Spark's", (*trapFinder).labels},
	{"Spark's program is Spark's", (*trapFinder).program},
	{"Spark's environment is Spark's", (*trapFinder).environment},
	{"Spark's volumes are Spark's", (*trapFinder).volumes},
	{"scratch space has to be mounted", (*trapFinder).scratchMounts},
	{"scratch space in memory counts as memory", (*trapFinder).scratchMemory},
	{"Spark computes memory itself", (*trapFinder).memory},
	{"the name of one role's container", (*trapFinder).foreignContainer},
	{"a regular sidecar outlives Spark", (*trapFinder).regularSidecar},
	{"application names are no object names", (*trapFinder).applicationName},
}

// Traps returns warnings about a template that loads and yet does not do what its author may mean.
func Traps(t *Template) []Problem {
	finder := &trapFinder{template: t}
	for _, key := range entryKeys {
		e := t.entries[key]
		if e == nil {
			continue
		}
		finder.entry, finder.key = e, key
		for _, trap := range traps {
			trap.find(finder)
		}
	}
	return finder.problems
}

type trapFinder struct {
	template *Template
	entry    *entry
	key      string // of the entry; pod.yaml for a bare file
	problems []Problem
}

func (f *trapFinder) report(at *tree.Node, format string, args ...any) {
	path := fieldPath(at.Pointer())
	f.problems = append(f.problems, f.entry.source.problem(0, path, Warning, fmt.Sprintf(format, args...)))
}

// spark returns the template's entries for the Spark container.
func (f *trapFinder) spark() []*tree.Node {
	var found []*tree.Node
	for _, container := range f.entry.root.At("spec", containers).Elements() {
		if containerName(container.Get("name").Text()) == sparkAlias {
			found = append(found, container)
		}
	}
	return found
}

// wins tells whether the template's values take the place of the pod's.
func (f *trapFinder) wins() bool { return f.template.OnConflict == Replace }

func (f *trapFinder) labels() {
	for _, label := range f.entry.root.At("metadata", "labels").Kids() {
		if sparkLabel(label.Name()) {
			f.report(label, "ignored: Spark writes this label and selects its pods by it")
		}
	}
}

func (f *trapFinder) program() {
	for _, container := range f.spark() {
		for _, name := range []string{"command", "args"} {
			if stated := container.Get(name); !stated.Empty() {
				f.report(stated, "ignored: the Spark container's %s are Spark's", name)
			}
		}
	}
}

func (f *trapFinder) environment() {
	for _, container := range f.spark() {
		for _, variable := range container.Get("env").Elements() {
			switch name := variable.Get("name").Text(); {
			case name == localDirsEnv:
				f.report(variable, "ignored: computed from the mounts of volumes whose names begin with %s", localDirVolume)
			case sparkEnv(name):
				f.report(variable, "ignored where Spark sets it: use Spark's own configuration")
			}
		}
	}
}

func (f *trapFinder) volumes() {
	for _, volume := range f.entry.root.At("spec", "volumes").Elements() {
		name := volume.Get("name").Text()
		if strings.HasPrefix(name, confVolume) || slices.Contains(sparkVolumes, name) {
			f.report(volume, "ignored where Spark brings it: choose another name")
		}
	}
}

func (f *trapFinder) memory() {
	if !f.wins() {
		return
	}
	for _, container := range f.spark() {
		for _, list := range []string{"requests", "limits"} {
			if memory := container.At("resources", list, "memory"); memory != nil {
				f.report(memory, "replaces what Spark computed of its heap and overhead: with less, the kernel kills it; set spark.executor.memory and memoryOverhead instead")
			}
		}
	}
}

func (f *trapFinder) foreignContainer() {
	for _, container := range f.entry.root.At("spec", containers).Elements() {
		role, prefixed := strings.CutPrefix(container.Get("name").Text(), containerPrefix)
		if prefixed && role+".yaml" != f.key {
			f.report(container.Get("name"), "Spark's container is called so in %s pods only: write %s", role, sparkAlias)
		}
	}
}

func (f *trapFinder) regularSidecar() {
	if f.template.nativeSidecars {
		return
	}
	for _, container := range f.entry.root.At("spec", containers).Elements() {
		name := container.Get("name").Text()
		if containerName(name) == sparkAlias || name == everyAlias || container.Get("image") == nil {
			continue
		}
		if f.key != executorEntry {
			f.report(container, "a regular container keeps a driver from completing: leave out annotation %s", NativeSidecarsAnnotation)
		}
		if f.key != driverEntry {
			f.report(container, "since Spark 4.0 a regular container that exits with an error fails its executor: leave out annotation %s", NativeSidecarsAnnotation)
		}
	}
}

func (f *trapFinder) applicationName() {
	for _, list := range []string{"volumes", "resourceClaims"} {
		f.names(f.entry.root.At("spec", list))
	}
}

func (f *trapFinder) names(n *tree.Node) {
	if uses, _ := usedIn(n.Text()); uses&appName != 0 {
		f.report(n, "users choose application names freely, and many are no valid object names: use {{APP_ID}}")
	}
	for _, kid := range n.Kids() {
		f.names(kid)
	}
}
