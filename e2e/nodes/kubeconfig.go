package nodes

import (
	"crypto/x509/pkix"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// kubeconfig writes one for a component that Kubernetes sees as subject.
func (c *Cluster) kubeconfig(name string, subject pkix.Name) (string, error) {
	cert, key, err := c.ca.Issue(subject)
	if err != nil {
		return "", err
	}
	config := clientcmdapi.NewConfig()
	config.Clusters[name] = &clientcmdapi.Cluster{Server: c.Config().Host, CertificateAuthorityData: c.ca.PEM()}
	config.AuthInfos[name] = &clientcmdapi.AuthInfo{ClientCertificateData: cert, ClientKeyData: key}
	config.Contexts[name] = &clientcmdapi.Context{Cluster: name, AuthInfo: name}
	config.CurrentContext = name
	path := c.dir.File(name + ".kubeconfig")
	return path, clientcmd.WriteToFile(*config, path)
}

// pair writes a certificate and its key.
func (c *Cluster) pair(name string, subject pkix.Name) (cert, key string, err error) {
	certPEM, keyPEM, err := c.ca.Issue(subject)
	if err != nil {
		return "", "", err
	}
	if cert, err = c.dir.Write(name+".crt", certPEM); err != nil {
		return "", "", err
	}
	key, err = c.dir.Write(name+".key", keyPEM)
	return cert, key, err
}
