package kubeconfig

import (
	"fmt"
	"os"
	"strings"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// podNamespace is where a pod finds the name of its namespace.
const podNamespace = "/var/run/secrets/kubernetes.io/serviceaccount/namespace"

// Namespace is that of a context, of the current one for "", as kubectl finds it: "" where nothing says it.
func (f Files) Namespace(context string) (string, error) {
	merged, err := f.load()
	if err != nil {
		return "", err
	}
	if len(merged.Clusters) == 0 && context == "" {
		text, _ := os.ReadFile(podNamespace) // outside of a pod it is not there
		return strings.TrimSpace(string(text)), nil
	}
	if context == "" {
		context = merged.CurrentContext
	}
	if chosen := merged.Contexts[context]; chosen != nil {
		return chosen.Namespace, nil
	}
	return "", nil
}

// Config is how to reach the API server of a context, of the current one for "".
func (f Files) Config(context string) (*rest.Config, error) {
	server, err := f.Server(context)
	if err != nil {
		return nil, err
	}
	if server == "" {
		return nil, fmt.Errorf("no API server: give a kubeconfig by --kubeconfig, $%s or ~/%s/%s",
			clientcmd.RecommendedConfigPathEnvVar, clientcmd.RecommendedHomeDir, clientcmd.RecommendedFileName)
	}
	config, err := f.config(context)
	if err != nil {
		return nil, err
	}
	config.Host = server
	return config, checkFiles(config)
}
