package cluster

import (
	"crypto/x509/pkix"
	"fmt"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"swage.dev/swage/e2e/testca"
)

// connect reserves the API server's address and makes the administrator's
// client for it.
func (c *Cluster) connect() (err error) {
	if c.address, err = c.ports.take(); err != nil {
		return err
	}
	cert, key, err := c.ca.Issue(pkix.Name{CommonName: "admin", Organization: []string{"system:masters"}})
	if err != nil {
		return err
	}
	c.config = &rest.Config{
		Host:            "https://" + c.address,
		TLSClientConfig: rest.TLSClientConfig{CAData: c.ca.PEM(), CertData: cert, KeyData: key},
		QPS:             -1, // no limit
	}
	if err := c.writeKubeconfig(); err != nil {
		return err
	}
	c.client, err = kubernetes.NewForConfig(c.config)
	return err
}

// Kubeconfig is the path of the administrator's kubeconfig, for programs that
// are run as users run them. It goes with the cluster.
func (c *Cluster) Kubeconfig() string { return c.dir.File("kubeconfig") }

func (c *Cluster) writeKubeconfig() error {
	const name = "swage-e2e"
	config := clientcmdapi.NewConfig()
	config.Clusters[name] = &clientcmdapi.Cluster{Server: c.config.Host, CertificateAuthorityData: c.config.CAData}
	config.AuthInfos[name] = &clientcmdapi.AuthInfo{ClientCertificateData: c.config.CertData, ClientKeyData: c.config.KeyData}
	config.Contexts[name] = &clientcmdapi.Context{Cluster: name, AuthInfo: name}
	config.CurrentContext = name
	if err := clientcmd.WriteToFile(*config, c.Kubeconfig()); err != nil {
		return fmt.Errorf("write the kubeconfig: %w", err)
	}
	return nil
}

// CA is the authority that signed the cluster's certificates and can sign more.
func (c *Cluster) CA() *testca.CA { return c.ca }
