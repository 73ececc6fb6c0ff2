package nodes

import (
	"context"
	"crypto/x509/pkix"
	"fmt"
	"net"
	"os"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/programs"
)

const dnsDomain = "cluster.local"

func (c *Cluster) startNetwork(ctx context.Context) error {
	if err := addBridge(ctx, c.machine); err != nil {
		return err
	}
	if err := c.writeNetwork(); err != nil {
		return err
	}
	return c.startProxy(ctx)
}

// writeNetwork configures the network plugins.
func (c *Cluster) writeNetwork() error {
	if err := os.Mkdir(c.dir.File("cni"), 0o700); err != nil {
		return err
	}
	_, err := c.dir.Write("cni/10-pods.conflist", fmt.Appendf(nil, `{
  "cniVersion": "1.0.0", "name": "pods",
  "plugins": [
    {"type": "bridge", "bridge": %q, "isGateway": true, "ipMasq": true, "hairpinMode": true,
     "ipam": {"type": "host-local", "dataDir": "/run/pod-addresses",
              "ranges": [[{"subnet": %q}]], "routes": [{"dst": "0.0.0.0/0"}]}},
    {"type": "portmap", "capabilities": {"portMappings": true}}
  ]
}`, podBridge, podSubnet))
	return err
}

// startProxy starts the one kube-proxy: nodes share the machine's network.
func (c *Cluster) startProxy(ctx context.Context) error {
	kubeconfig, err := c.kubeconfig("kube-proxy", pkix.Name{CommonName: "system:kube-proxy"})
	if err != nil {
		return err
	}
	// masqueradeAll: a pod that calls a Service whose endpoint is on the same
	// bridge would else get the answer from an address that it never called.
	// The limits of connection tracking are not the machine's own to change.
	config, err := c.dir.Write("kube-proxy.yaml", fmt.Appendf(nil, `apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
iptables: {masqueradeAll: true, minSyncPeriod: 100ms}
clusterCIDR: %s
bindAddress: %s
healthzBindAddress: 127.0.0.1:10256
metricsBindAddress: 127.0.0.1:10249
hostnameOverride: node-1
clientConnection: {kubeconfig: %s}
conntrack: {maxPerCore: 0, min: 0}
`, podSubnet, c.machine.Address(), kubeconfig))
	if err != nil {
		return err
	}
	return c.run(ctx, program{name: programs.KubeProxy, args: []string{"--config=" + config}})
}

// startDNS starts CoreDNS beside the nodes: a pod would need an image.
func (c *Cluster) startDNS(ctx context.Context) error {
	const account = "coredns"
	if err := c.allowToView(ctx, account); err != nil {
		return err
	}
	kubeconfig, err := c.kubeconfig(account, pkix.Name{CommonName: account})
	if err != nil {
		return err
	}
	// The second block answers for all other names: there is no way out.
	config, err := c.dir.Write("Corefile", fmt.Appendf(nil, `%[1]s:53 {
  bind %[2]s %[3]s
  errors
  kubernetes %[1]s {
    kubeconfig %[4]s %[5]s
    ttl 5
  }
}
.:53 {
  bind %[2]s %[3]s
  template ANY ANY {
    rcode NXDOMAIN
  }
}
`, dnsDomain, podGateway, c.machine.Address(), kubeconfig, account))
	if err != nil {
		return err
	}
	return c.run(ctx, program{name: programs.CoreDNS, args: []string{"-conf=" + config}, ready: c.namesResolve})
}

func (c *Cluster) allowToView(ctx context.Context, user string) error {
	_, err := c.Client().RbacV1().ClusterRoleBindings().Create(ctx, &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: user},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: user}},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "system:kube-dns-viewer"},
	}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	_, err = c.Client().RbacV1().ClusterRoles().Create(ctx, &rbacv1.ClusterRole{
		ObjectMeta: metav1.ObjectMeta{Name: "system:kube-dns-viewer"},
		Rules: []rbacv1.PolicyRule{
			{APIGroups: []string{""}, Resources: []string{"services", "namespaces", "pods"}, Verbs: []string{"list", "watch"}},
			{APIGroups: []string{"discovery.k8s.io"}, Resources: []string{"endpointslices"}, Verbs: []string{"list", "watch"}},
		},
	}, metav1.CreateOptions{})
	return err
}

// namesResolve asks for the one Service that every cluster has.
func (c *Cluster) namesResolve(ctx context.Context) error {
	resolver := net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, net.JoinHostPort(c.machine.Address(), "53"))
	}}
	_, err := resolver.LookupHost(ctx, "kubernetes.default.svc."+dnsDomain+".")
	return err
}
