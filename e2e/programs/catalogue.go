package programs

import (
	"fmt"
	"strings"
)

// Name is a program's name, which is also its file's.
type Name string

// The programs that can be built.
const (
	Etcd          Name = "etcd"
	KubeAPIServer Name = "kube-apiserver"
)

// ControlPlane is what everything needs that stops at admission.
func ControlPlane() []Name { return []Name{Etcd, KubeAPIServer} }

// recipe says where a program comes from and how it is built.
type recipe struct {
	name Name
	// pkg is its main package, a tool of e2e/go.mod.
	pkg string
	// module is the module whose version is the program's.
	module string
	// ldflags gets the version. nil: none.
	ldflags func(version string) string
}

// catalogue is every program this module can build. A new one needs a row here
// and a tool line in e2e/go.mod.
func catalogue() []recipe {
	return []recipe{
		{name: Etcd, pkg: "go.etcd.io/etcd/server/v3", module: "go.etcd.io/etcd/server/v3"},
		{name: KubeAPIServer, pkg: "k8s.io/kubernetes/cmd/kube-apiserver", module: "k8s.io/kubernetes", ldflags: stampKubernetes},
	}
}

// stampKubernetes tells the program its version, as Kubernetes' own build does.
// Without it the API server says v0.0.0, and version skew checks go by that.
func stampKubernetes(version string) string {
	const pkg = "k8s.io/component-base/version"
	major, rest, _ := strings.Cut(strings.TrimPrefix(version, "v"), ".")
	minor, _, _ := strings.Cut(rest, ".")
	return fmt.Sprintf("-X %[1]s.gitVersion=%[2]s -X %[1]s.gitMajor=%[3]s -X %[1]s.gitMinor=%[4]s", pkg, version, major, minor)
}

func find(name Name) (recipe, error) {
	for _, r := range catalogue() {
		if r.name == name {
			return r, nil
		}
	}
	return recipe{}, fmt.Errorf("no recipe for the program %q", name)
}
