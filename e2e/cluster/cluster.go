package cluster

import (
	"context"
	"errors"
	"fmt"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"swage.dev/swage/e2e/audit"
	"swage.dev/swage/e2e/process"
	"swage.dev/swage/e2e/programs"
	"swage.dev/swage/e2e/rundir"
	"swage.dev/swage/e2e/testca"
)

// Cluster is a running control plane. Whoever started it must call Close.
type Cluster struct {
	opts    Options
	dir     *rundir.Dir
	address string // of the API server, host:port
	etcdURL string
	ports   ports
	ca      *testca.CA
	running []*process.Process // in the order they were started
	config  *rest.Config
	client  kubernetes.Interface
	audit   *audit.Log
}

// Start builds what is missing, starts every component and returns when the
// API server is ready. When it fails, nothing is left running and the logs are
// kept.
func Start(ctx context.Context, opts Options) (*Cluster, error) {
	opts = opts.withDefaults()
	if err := opts.findPrograms(ctx); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, opts.StartTimeout)
	defer cancel()
	c := &Cluster{opts: opts}
	if err := c.start(ctx); err != nil {
		return nil, fmt.Errorf("start the cluster: %w", errors.Join(err, c.Close(context.WithoutCancel(ctx), true)))
	}
	return c, nil
}

func (o *Options) findPrograms(ctx context.Context) (err error) {
	if o.Programs == nil {
		o.Programs, err = programs.Build(ctx, programs.Options{Log: o.Say}, programs.ControlPlane()...)
	}
	return err
}

func (c *Cluster) start(ctx context.Context) error {
	if err := c.prepare(); err != nil {
		return err
	}
	for _, part := range []func() (component, error){c.etcd, c.apiServer} {
		if err := c.run(ctx, part); err != nil {
			return err
		}
	}
	return nil
}

// prepare makes everything that needs no running program.
func (c *Cluster) prepare() (err error) {
	if c.dir = c.opts.Dir; c.dir == nil {
		if c.dir, err = rundir.New(); err != nil {
			return err
		}
	}
	c.ports.elsewhere = c.opts.Host.Address
	if c.ca = c.opts.CA; c.ca == nil {
		if c.ca, err = testca.New(); err != nil {
			return err
		}
	}
	return c.connect()
}

// run starts one component and waits until it is ready.
func (c *Cluster) run(ctx context.Context, part func() (component, error)) error {
	what, err := part()
	if err != nil {
		return err
	}
	p, err := process.Start(process.Spec{
		Name: string(what.program), Path: c.opts.Programs[what.program], Args: what.args,
		LogFile: c.dir.Log(string(what.program) + ".log"), Enter: c.opts.Host.Enter,
	})
	if err != nil {
		return err
	}
	c.running = append(c.running, p)
	return p.WaitReady(ctx, what.ready)
}

// component is a program, its command line, and what tells that it is ready.
type component struct {
	program programs.Name
	args    []string
	ready   func(context.Context) error
}

// Close stops the components, the last one first, and removes the cluster's
// folder, if it made it. With keepLogs it moves the logs out before and says
// where they are.
func (c *Cluster) Close(ctx context.Context, keepLogs bool) error {
	var errs []error
	for i := len(c.running) - 1; i >= 0; i-- {
		errs = append(errs, c.running[i].Stop(ctx))
	}
	c.running = nil
	c.ports.release()
	if c.dir == nil || c.opts.Dir != nil {
		return errors.Join(errs...)
	}
	if keepLogs {
		errs = append(errs, c.keepLogs())
	}
	return errors.Join(append(errs, c.dir.Remove())...)
}

func (c *Cluster) keepLogs() error {
	kept, err := c.dir.KeepLogs(c.opts.Logs)
	if err != nil {
		return fmt.Errorf("keep the logs: %w", err)
	}
	_, err = fmt.Fprintln(c.opts.Say, "the components' logs are in", kept)
	return err
}

// Config is a copy of the cluster administrator's client configuration,
// without rate limits: a test must not wait for its own client.
func (c *Cluster) Config() *rest.Config { return rest.CopyConfig(c.config) }

// Client is the cluster administrator's client.
func (c *Cluster) Client() kubernetes.Interface { return c.client }

// Audit is what the API server records; see audit.Policy for which requests.
func (c *Cluster) Audit() *audit.Log { return c.audit }
