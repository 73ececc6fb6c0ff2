package nodes

import (
	"context"
	"crypto/x509/pkix"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/await"
	"swage.dev/swage/e2e/cluster"
	"swage.dev/swage/e2e/programs"
)

func (c *Cluster) startControlPlane(ctx context.Context) error {
	cert, key, err := c.pair("kubelet-client", pkix.Name{CommonName: "kube-apiserver", Organization: []string{"system:masters"}})
	if err != nil {
		return err
	}
	c.Cluster, err = cluster.Start(ctx, cluster.Options{
		Programs: c.programs, Dir: c.dir, CA: c.ca, Say: c.opts.Say,
		Host: cluster.Host{Address: c.machine.Address(), Enter: c.machine.Enter},
		APIServerArgs: []string{
			"--advertise-address=" + c.machine.Address(),
			// Nodes have no names that anybody could look up.
			"--kubelet-preferred-address-types=InternalIP",
			"--kubelet-client-certificate=" + cert,
			"--kubelet-client-key=" + key,
		},
	})
	return err
}

func (c *Cluster) startControllers(ctx context.Context) error {
	ca, err := c.dir.Write("cluster-ca.crt", c.ca.PEM())
	if err != nil {
		return err
	}
	controllers, err := c.kubeconfig("kube-controller-manager", pkix.Name{CommonName: "system:kube-controller-manager"})
	if err != nil {
		return err
	}
	scheduler, err := c.kubeconfig("kube-scheduler", pkix.Name{CommonName: "system:kube-scheduler"})
	if err != nil {
		return err
	}
	err = c.run(ctx, program{name: programs.KubeControllerManager, args: []string{
		"--kubeconfig=" + controllers, "--leader-elect=false", "--bind-address=127.0.0.1",
		"--use-service-account-credentials",
		"--service-account-private-key-file=" + c.File(cluster.ServiceAccountKey),
		"--root-ca-file=" + ca,
	}})
	if err != nil {
		return err
	}
	return c.run(ctx, program{name: programs.KubeScheduler, args: []string{
		"--kubeconfig=" + scheduler, "--leader-elect=false", "--bind-address=127.0.0.1",
	}})
}

// awaitAccounts waits for what a controller makes in each namespace and no pod
// is accepted without.
func (c *Cluster) awaitAccounts(ctx context.Context) error {
	return await.Effect(ctx, 50*time.Millisecond, func(ctx context.Context) error {
		_, err := c.Client().CoreV1().ServiceAccounts(corev1.NamespaceDefault).Get(ctx, "default", metav1.GetOptions{})
		return err
	})
}
