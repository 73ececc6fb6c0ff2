package app

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"swage.dev/swage/podtemplate"
)

// namespaceFile is where Kubernetes writes a pod's namespace, beside the token.
const namespaceFile = "/var/run/secrets/kubernetes.io/serviceaccount/namespace"

// cluster says how the API server is reached.
type cluster struct{ kubeconfig, context string }

func (c *cluster) register(command *cobra.Command) {
	set := command.Flags()
	set.StringVar(&c.kubeconfig, "kubeconfig", "", "kubeconfig file (default: the pod's service account; outside a pod $KUBECONFIG, else ~/.kube/config)")
	set.StringVar(&c.context, "context", "", "context in the kubeconfig (default: its current one)")
}

// config prefers the pod's own account, unless a file is named.
func (c *cluster) config() (*rest.Config, error) {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.ExplicitPath = c.kubeconfig
	overrides := &clientcmd.ConfigOverrides{CurrentContext: c.context}
	if c.kubeconfig == "" && c.context == "" {
		if config, err := rest.InClusterConfig(); err == nil {
			return config, nil
		}
	}
	config, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, overrides).ClientConfig()
	if err != nil {
		return nil, fmt.Errorf("no way to the API server: give --kubeconfig, or run in a pod with a service account: %w", err)
	}
	return config, nil
}

func ownNamespace() string {
	text, err := os.ReadFile(namespaceFile)
	if name := strings.TrimSpace(string(text)); err == nil && name != "" {
		return name
	}
	return podtemplate.DefaultSystemNamespace
}
