package programs

import (
	"fmt"
	"strings"
)

// Name is a program's name, which is also its file's.
type Name string

// The programs that can be built.
const (
	Etcd                  Name = "etcd"
	KubeAPIServer         Name = "kube-apiserver"
	KubeControllerManager Name = "kube-controller-manager"
	KubeScheduler         Name = "kube-scheduler"
	Kubelet               Name = "kubelet"
	KubeProxy             Name = "kube-proxy"
	Kubectl               Name = "kubectl"
	Containerd            Name = "containerd"
	ContainerdShim        Name = "containerd-shim-runc-v2"
	Ctr                   Name = "ctr"
	CoreDNS               Name = "coredns"
	// Helm installs the chart, as users do.
	Helm Name = "helm"
	// CertManager issues certificates: its controllers, see programs/certmanager.
	CertManager Name = "certmanager"
	// ArgoDiff and FluxDiff say what Argo CD and Flux would change, by the functions of these.
	ArgoDiff Name = "argodiff"
	FluxDiff Name = "fluxdiff"
	// ObjectStore is an S3-compatible server that keeps its objects in a folder.
	ObjectStore Name = "versitygw"
	// Pause holds namespaces and reaps orphans: the first process of a test
	// machine and of every pod.
	Pause Name = "pause"
)

// ControlPlane is what everything needs that stops at admission.
func ControlPlane() []Name { return []Name{Etcd, KubeAPIServer} }

// Node is what it takes beyond the control plane to run pods.
func Node() []Name {
	return []Name{
		KubeControllerManager, KubeScheduler, Kubelet, KubeProxy, Kubectl,
		Containerd, ContainerdShim, Ctr, CoreDNS, Pause,
	}
}

// Chart is what it takes to test the chart and what it asks others for, beyond
// the control plane.
func Chart() []Name { return []Name{Helm, CertManager} }

// Stores is what uploads are tested against.
func Stores() []Name { return []Name{ObjectStore} }

// GitOps is what it takes beyond the chart's to compare as Argo CD and Flux do.
func GitOps() []Name { return []Name{ArgoDiff, FluxDiff} }

// Release is what it takes to test a release beyond the chart: kubectl runs the plugin.
func Release() []Name { return []Name{Kubectl} }

// recipe says where a program comes from and how it is built.
type recipe struct {
	name Name
	// pkg is its main package; unless it is this repository's own, a tool of
	// the go.mod in graph.
	pkg string
	// module is the module whose version is the program's. Empty: the program
	// is this repository's own and has none; it is built at each call, which
	// the compiler's cache makes quick.
	module string
	// graph is the folder of the go.mod that pins the program, from e2e/.
	// Programs whose dependencies clash have one of their own.
	graph string
	// tags are build tags. Empty: none.
	tags string
	// ldflags gets the version. nil: none.
	ldflags func(version string) string
}

// catalogue is every program this module can build. A new one needs a row here
// and a tool line in its graph's go.mod.
func catalogue() []recipe {
	return append(others(), ours()...)
}

func ours() []recipe {
	return []recipe{
		{name: Pause, pkg: "swage.dev/swage/e2e/cmd/pause", graph: "."},
	}
}

func others() []recipe {
	return []recipe{
		{name: Etcd, pkg: "go.etcd.io/etcd/server/v3", module: "go.etcd.io/etcd/server/v3", graph: "."},
		kubernetes(KubeAPIServer), kubernetes(KubeControllerManager), kubernetes(KubeScheduler),
		kubernetes(Kubelet), kubernetes(KubeProxy), kubernetes(Kubectl),
		containerd(Containerd), containerd(ContainerdShim), containerd(Ctr),
		{name: CoreDNS, pkg: "github.com/coredns/coredns", module: "github.com/coredns/coredns", graph: "programs/coredns"},
		{
			name: CertManager, pkg: modulePath + "/programs/certmanager", module: "github.com/cert-manager/cert-manager",
			graph: "programs/certmanager",
		},
		{
			name: ArgoDiff, pkg: modulePath + "/programs/argodiff", module: "github.com/argoproj/gitops-engine",
			graph: "programs/argodiff",
		},
		{name: FluxDiff, pkg: modulePath + "/programs/fluxdiff", module: "github.com/fluxcd/pkg/ssa", graph: "programs/fluxdiff"},
		{
			name: ObjectStore, pkg: "github.com/versity/versitygw/cmd/versitygw", module: "github.com/versity/versitygw",
			graph: "programs/versitygw",
		},
		{name: Helm, pkg: "helm.sh/helm/v4/cmd/helm", module: "helm.sh/helm/v4", graph: "programs/helm"},
	}
}

func kubernetes(name Name) recipe {
	return recipe{
		name: name, pkg: "k8s.io/kubernetes/cmd/" + string(name), module: "k8s.io/kubernetes",
		graph: ".", ldflags: stampKubernetes,
	}
}

func containerd(name Name) recipe {
	const module = "github.com/containerd/containerd/v2"
	return recipe{
		name: name, pkg: module + "/cmd/" + string(name), module: module, graph: "programs/containerd",
		// Snapshotters that need C libraries or that nobody here uses.
		tags: "no_btrfs,no_zfs,no_devmapper,no_aufs",
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
