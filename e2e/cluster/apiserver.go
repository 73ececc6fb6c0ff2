package cluster

import (
	"context"
	"crypto/x509/pkix"
	"net"
	"strings"

	"swage.dev/swage/e2e/audit"
	"swage.dev/swage/e2e/programs"
)

// ServiceAccountKey is the file, see File, of the key that signs the tokens of
// service accounts.
const ServiceAccountKey = "service-accounts.key"

// apiServer leaves the admission plugins at their defaults on purpose: what
// they fill in is half of what the product has to deal with.
func (c *Cluster) apiServer() (component, error) {
	args, err := c.apiServerArgs()
	return component{
		program: programs.KubeAPIServer,
		args:    append(args, c.opts.APIServerArgs...),
		ready: func(ctx context.Context) error {
			_, err := c.client.Discovery().RESTClient().Get().AbsPath("/readyz").DoRaw(ctx)
			return err
		},
	}, err
}

func (c *Cluster) apiServerArgs() ([]string, error) {
	_, port, err := net.SplitHostPort(c.address)
	if err != nil {
		return nil, err
	}
	files := &configFiles{dir: c.dir}
	cert, key := files.pair("apiserver", c.ca, pkix.Name{CommonName: "kube-apiserver"}, c.opts.Host.serverNames()...)
	tokenKey := files.key(ServiceAccountKey)
	args := []string{
		"--etcd-servers=" + c.etcdURL,
		"--bind-address=" + c.opts.Host.address(),
		"--secure-port=" + port,
		"--permit-port-sharing",
		"--tls-cert-file=" + cert,
		"--tls-private-key-file=" + key,
		"--client-ca-file=" + files.put("ca.crt", c.ca.PEM()),
		"--service-account-key-file=" + tokenKey,
		"--service-account-signing-key-file=" + tokenKey,
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-cluster-ip-range=10.96.0.0/16",
		"--authorization-mode=Node,RBAC",
		"--allow-privileged=true",
		// A stop of the default waits for requests that no test makes.
		"--shutdown-delay-duration=0s",
	}
	if !c.opts.NoAudit {
		args = append(args, c.auditArgs(files)...)
	}
	return args, files.err
}

// auditArgs make the server write each event before it goes on, so that the
// log is complete a moment after the answer.
func (c *Cluster) auditArgs(files *configFiles) []string {
	path := c.dir.Log("audit.log")
	c.audit = audit.Open(path)
	return []string{
		"--audit-policy-file=" + files.put("audit-policy.yaml", []byte(strings.TrimSpace(audit.Policy))),
		"--audit-log-path=" + path,
		"--audit-log-mode=blocking",
		"--audit-log-maxsize=0", // never rotate under the reader
	}
}
