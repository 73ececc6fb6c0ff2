package swagewebhook

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"swage.dev/swage/e2e/await"
	"swage.dev/swage/e2e/cluster"
	"swage.dev/swage/e2e/freeport"
	"swage.dev/swage/e2e/process"
)

// Options say how to run the binary. Cluster and Path are required.
type Options struct {
	Cluster *cluster.Cluster
	// Path is the program's file: see package product.
	Path string
	// Args are appended to the command line and win over what Start sets.
	Args []string
	// User is who the server is for the API server. Default: Account.
	User string
	// Rights are what the server may do. Default: what the manifests grant.
	Rights *Rights
	// Edit changes the webhook configuration before it is created. Default: nothing.
	Edit func(*admissionv1.MutatingWebhookConfiguration)
}

// Program is a running swage-webhook. Whoever started it must call Stop.
type Program struct {
	*process.Process
	// Address is where it serves admission reviews, host:port.
	Address string
	// Status is the URL of its metrics and probes.
	Status string
}

// Start installs swage-webhook, runs it, and returns when it is ready and the
// API server really calls it. A second one may be started beside the first, as
// a second replica; the configuration calls the first.
func Start(ctx context.Context, opts Options) (*Program, error) {
	serving, status, err := freePorts()
	if err != nil {
		return nil, err
	}
	if err := install(ctx, opts.Cluster.Client(), opts, int32(serving)); err != nil {
		return nil, err
	}
	p, err := run(opts, serving, status)
	if err != nil {
		return nil, err
	}
	if err := p.awaitCalls(ctx, opts.Cluster); err != nil {
		return nil, errors.Join(err, p.Stop(context.WithoutCancel(ctx)))
	}
	return p, nil
}

// Run runs the binary for an installation that somebody else has made, and
// returns when it is ready, whether the API server reaches it or not.
func Run(ctx context.Context, opts Options) (*Program, error) {
	serving, status, err := freePorts()
	if err != nil {
		return nil, err
	}
	p, err := run(opts, serving, status)
	if err != nil {
		return nil, err
	}
	if err := p.WaitReady(ctx); err != nil {
		return nil, errors.Join(err, p.Stop(context.WithoutCancel(ctx)))
	}
	return p, nil
}

func run(opts Options, serving, status int) (*Program, error) {
	kubeconfig, err := writeKubeconfig(opts.Cluster, cmp.Or(opts.User, Account), serving)
	if err != nil {
		return nil, err
	}
	p := &Program{Address: onLoopback(serving), Status: "http://" + onLoopback(status)}
	p.Process, err = process.Start(process.Spec{
		Name: "swage-webhook", Path: opts.Path, LogFile: opts.Cluster.LogFile("swage-webhook.log"),
		Args: append([]string{
			"--kubeconfig=" + kubeconfig,
			"--address=" + p.Address,
			"--status-address=" + onLoopback(status),
			"--service=" + Service,
			"--secret=" + Secret,
			"--drain=0s", // no endpoint has to notice that it goes
			"--log-level=debug",
		}, opts.Args...),
	})
	return p, err
}

// WaitReady waits until /readyz says so.
func (p *Program) WaitReady(ctx context.Context) error {
	return p.Process.WaitReady(ctx, func(ctx context.Context) error { return Ready(ctx, p.Status) })
}

func (p *Program) awaitCalls(ctx context.Context, c *cluster.Cluster) error {
	if err := p.WaitReady(ctx); err != nil {
		return err
	}
	// The configuration's bundle reaches the API server's own cache a moment later.
	return p.Process.WaitReady(ctx, func(ctx context.Context) error { return Called(ctx, c.Client()) })
}

// Remove takes the configuration back, ends the program, and returns when pods
// are created without it.
func (p *Program) Remove(ctx context.Context, client kubernetes.Interface) error {
	ctx, done := context.WithTimeout(context.WithoutCancel(ctx), removeTime)
	defer done()
	err := client.AdmissionregistrationV1().MutatingWebhookConfigurations().DeleteCollection(ctx, metav1.DeleteOptions{}, metav1.ListOptions{})
	if err != nil {
		return errors.Join(err, p.Stop(ctx))
	}
	gone := await.Effect(ctx, removedEvery, func(ctx context.Context) error {
		if err := Called(ctx, client); !errors.Is(err, ErrNotCalled) {
			return fmt.Errorf("it is still called (%w)", err)
		}
		return nil
	})
	return errors.Join(gone, p.Stop(ctx))
}

// The API server notices within a second that a configuration is gone.
const removedEvery, removeTime = 50 * time.Millisecond, time.Minute

// Ready asks a server's /readyz. The error has what it said.
func Ready(ctx context.Context, status string) error {
	code, body, err := get(ctx, status+"/readyz")
	if err != nil {
		return err
	}
	if code != http.StatusOK {
		return fmt.Errorf("not ready: %s", body)
	}
	return nil
}

const loopback = "127.0.0.1"

func onLoopback(port int) string { return net.JoinHostPort(loopback, strconv.Itoa(port)) }

// freePorts are two: for admission reviews, and for metrics and probes.
func freePorts() (serving, status int, err error) {
	ports, err := freeport.On(loopback, 2)
	if err != nil {
		return 0, 0, err
	}
	return ports[0], ports[1], nil
}
