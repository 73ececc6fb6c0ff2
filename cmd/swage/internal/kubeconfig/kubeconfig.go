// Package kubeconfig finds clusters as kubectl does.
package kubeconfig

import (
	"fmt"
	"path/filepath"
	"slices"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"swage.dev/swage/submitter/bounded"
)

// Files say where kubeconfigs are looked for.
type Files struct {
	// Explicit is the one of --kubeconfig. Default none.
	Explicit string
	// Env looks up $KUBECONFIG and $HOME.
	Env func(name string) (string, bool)
}

func (f Files) rules() *clientcmd.ClientConfigLoadingRules {
	rules := &clientcmd.ClientConfigLoadingRules{ExplicitPath: f.Explicit}
	if list, set := f.Env(clientcmd.RecommendedConfigPathEnvVar); set && list != "" {
		rules.Precedence = slices.Compact(filepath.SplitList(list))
		return rules
	}
	if home, set := f.Env("HOME"); set {
		rules.Precedence = []string{filepath.Join(home, clientcmd.RecommendedHomeDir, clientcmd.RecommendedFileName)}
	}
	return rules
}

// load reads the kubeconfigs, as one.
func (f Files) load() (*clientcmdapi.Config, error) {
	rules := f.rules()
	for _, name := range append([]string{rules.ExplicitPath}, rules.Precedence...) {
		if err := bounded.Check(name, bounded.Most); err != nil {
			return nil, fmt.Errorf("kubeconfig: %w", err)
		}
	}
	merged, err := rules.Load()
	if err != nil {
		return nil, fmt.Errorf("kubeconfig: %w", err)
	}
	return merged, nil
}

// Server is the URL of a context's API server, of the current context for "".
// Without any kubeconfig it is the API server of the pod that this process runs
// in, and outside of a pod "".
func (f Files) Server(context string) (string, error) {
	merged, err := f.load()
	if err != nil {
		return "", err
	}
	if len(merged.Clusters) == 0 && context == "" {
		if _, inPod := f.Env("KUBERNETES_SERVICE_HOST"); inPod {
			return "https://kubernetes.default.svc", nil
		}
		return "", nil
	}
	if context == "" {
		context = merged.CurrentContext
	}
	chosen := merged.Contexts[context]
	if chosen == nil {
		return "", fmt.Errorf("kubeconfig: there is no context %q", context)
	}
	cluster := merged.Clusters[chosen.Cluster]
	if cluster == nil {
		return "", fmt.Errorf("kubeconfig: context %q names the cluster %q, which is not there", context, chosen.Cluster)
	}
	return cluster.Server, nil
}
