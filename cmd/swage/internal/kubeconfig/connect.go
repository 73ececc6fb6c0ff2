package kubeconfig

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/bounded"
)

// Connect is an HTTP client for an API server; see Reach and Client.
func (f Files) Connect(server string, access submitter.Access, slow func(plugin string)) (client *http.Client, warning string, err error) {
	config, warning, err := f.Reach(server, access)
	if err != nil {
		return nil, "", err
	}
	client, err = Client(config, slow)
	return client, warning, err
}

// Reach is how to reach an API server: with the credentials and the trust of the
// context, or of the pod's own account, and over them what the application's
// configuration says. The warning is for the user, "" for none.
func (f Files) Reach(server string, access submitter.Access) (config *rest.Config, warning string, err error) {
	config, err = f.config(access.Context)
	if err != nil {
		return nil, "", err
	}
	if config.Host != "" && config.Host != server {
		warning = fmt.Sprintf("the kubeconfig's context is of %s; its credentials are used for %s", config.Host, server)
	}
	config.Host = server
	overlay(config, access)
	return config, warning, checkFiles(config)
}

// checkFiles refuses files of credentials that have no end: they are read whole.
func checkFiles(config *rest.Config) error {
	for _, file := range []struct{ what, name string }{
		{"token file", config.BearerTokenFile},
		{"server's authority", config.CAFile},
		{"client's certificate", config.CertFile},
		{"client's key", config.KeyFile},
	} {
		if err := bounded.Check(file.name, bounded.Most); err != nil {
			return fmt.Errorf("%s %w", file.what, err)
		}
	}
	return nil
}

// config is that of the context, of the pod's account, or an empty one.
func (f Files) config(context string) (*rest.Config, error) {
	merged, err := f.load()
	if err != nil {
		return nil, err
	}
	if len(merged.Clusters) == 0 && context == "" {
		config, err := rest.InClusterConfig()
		if errors.Is(err, rest.ErrNotInCluster) {
			return &rest.Config{}, nil
		}
		if err != nil {
			return nil, fmt.Errorf("the pod's account: %w", err)
		}
		config.Host = ""
		return config, nil
	}
	if err := checkToken(merged, context); err != nil {
		return nil, err
	}
	config, err := clientcmd.NewNonInteractiveClientConfig(*merged, context, &clientcmd.ConfigOverrides{}, f.rules()).ClientConfig()
	if err != nil {
		return nil, fmt.Errorf("kubeconfig: %w", err)
	}
	return config, nil
}

// checkToken refuses a context's token file that has no end: to make a
// configuration of the context is to read it.
func checkToken(merged *clientcmdapi.Config, context string) error {
	chosen := merged.Contexts[cmp.Or(context, merged.CurrentContext)]
	if chosen == nil || merged.AuthInfos[chosen.AuthInfo] == nil {
		return nil
	}
	return checkFiles(&rest.Config{BearerTokenFile: merged.AuthInfos[chosen.AuthInfo].TokenFile})
}

// overlay puts what the configuration says over what the context says. A token
// or a certificate replaces every other way to log in.
func overlay(config *rest.Config, access submitter.Access) {
	if access.Token != "" || access.TokenFile != "" || access.CertFile != "" {
		*config = rest.Config{Host: config.Host, TLSClientConfig: rest.TLSClientConfig{
			CAFile: config.CAFile, CAData: config.CAData, Insecure: config.Insecure, ServerName: config.ServerName,
		}, Proxy: config.Proxy}
		config.BearerToken, config.BearerTokenFile = access.Token, access.TokenFile
		config.CertFile, config.KeyFile = access.CertFile, access.KeyFile
	}
	if access.CAFile != "" {
		config.CAFile, config.CAData = access.CAFile, nil
	}
	if access.TrustAll {
		config.Insecure, config.CAFile, config.CAData = true, "", nil
	}
}
