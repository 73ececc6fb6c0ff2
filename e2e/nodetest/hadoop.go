package nodetest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/e2e/await"
	"swage.dev/swage/e2e/kerberos"
	"swage.dev/swage/e2e/namenode"
)

// Hadoop is a realm of Kerberos, and a service of Hadoop's that wants a ticket of it. Both serve the whole cluster, and
// this machine.
type Hadoop struct {
	KDC     *kerberos.KDC
	Options namenode.Options
	cluster *Cluster
}

// Where they are: in a namespace of the service's own, and on a port of the machine that no other program uses.
const (
	hadoopNamespace = "hadoop"
	kdcPort         = 10088
)

// hadoopOnce starts Hadoop for the first test that asks.
type hadoopOnce struct {
	once   sync.Once
	hadoop *Hadoop
	err    error
}

// Hadoop starts it, or finds it started.
func (c *Cluster) Hadoop(t testing.TB) *Hadoop {
	t.Helper()
	c.hadoop.once.Do(func() {
		ctx, cancel := context.WithTimeout(t.Context(), startTimeout)
		defer cancel()
		c.hadoop.hadoop, c.hadoop.err = c.startHadoop(ctx)
	})
	if c.hadoop.err != nil {
		t.Fatalf("start Hadoop: %v", c.hadoop.err)
	}
	return c.hadoop.hadoop
}

func (c *Cluster) startHadoop(ctx context.Context) (*Hadoop, error) {
	dir := c.File("kdc")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	host := c.Machine().Address()
	kdc, err := kerberos.Start(ctx, kerberos.Options{
		Dir: dir, Address: net.JoinHostPort(host, strconv.Itoa(kdcPort)), Enter: c.Machine().Enter, Log: c.LogFile("kdc.log"),
	})
	if err != nil {
		return nil, err
	}
	h := &Hadoop{KDC: kdc, cluster: c, Options: namenode.Options{Address: host, Kerberos: kdc.Config()}}
	keytab := filepath.Join(dir, "namenode.keytab")
	if err := kdc.Keytab(ctx, keytab, namenode.Principal); err != nil {
		return h, err
	}
	if h.Options.Keytab, err = os.ReadFile(keytab); err != nil {
		return h, err
	}
	return h, h.startNameNode(ctx)
}

func (h *Hadoop) startNameNode(ctx context.Context) error {
	core, create := h.cluster.Client().CoreV1(), metav1.CreateOptions{}
	_, noNamespace := core.Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: hadoopNamespace}}, create)
	_, noConfig := core.ConfigMaps(hadoopNamespace).Create(ctx, h.Options.Config(), create)
	_, noSecret := core.Secrets(hadoopNamespace).Create(ctx, h.Options.Secret(), create)
	if err := errors.Join(noNamespace, noConfig, noSecret); err != nil {
		return err
	}
	err := await.Effect(ctx, patience.Every, func(ctx context.Context) error { // until its namespace has an account
		_, err := core.Pods(hadoopNamespace).Create(ctx, h.Options.Pod(h.cluster.Spark.Image), create)
		return err
	})
	if err != nil {
		return err
	}
	return await.Effect(ctx, patience.Every, func(ctx context.Context) error {
		pod, err := core.Pods(hadoopNamespace).Get(ctx, namenode.Name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		for _, status := range pod.Status.ContainerStatuses {
			if status.Ready {
				return nil
			}
		}
		return fmt.Errorf("%w: the name node is %s", errNotDone, pod.Status.Phase)
	})
}

// stopHadoop ends the KDC; the service ends with the cluster.
func (c *Cluster) stopHadoop(ctx context.Context) error {
	if c.hadoop == nil || c.hadoop.hadoop == nil {
		return nil
	}
	return c.hadoop.hadoop.KDC.Stop(ctx)
}

// Keytab makes a principal and returns its name with the realm, and a file with its key.
func (h *Hadoop) Keytab(t testing.TB, name string) (principal, file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), name+".keytab")
	if err := h.KDC.Keytab(t.Context(), file, name); err != nil {
		t.Fatal(err)
	}
	return name + "@" + kerberos.Realm, file
}

// Files are a client's configuration, with krb5.conf among them.
func (h *Hadoop) Files() map[string]string {
	return map[string]string{"core-site.xml": h.Options.CoreSite(), "krb5.conf": h.KDC.Config()}
}

// ConfDir is a folder with them.
func (h *Hadoop) ConfDir(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range h.Files() {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// Calls are those that the service has answered until now, of a user.
func (h *Hadoop) Calls(t testing.TB, user string) (calls []namenode.Call) {
	t.Helper()
	pod := namenode.Name
	log, err := h.cluster.log(t.Context(), hadoopNamespace, pod, pod)
	if err != nil {
		t.Fatal(err)
	}
	for _, call := range namenode.Calls(log) {
		if call.User == user {
			calls = append(calls, call)
		}
	}
	return calls
}
