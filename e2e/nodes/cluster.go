package nodes

import (
	"context"
	"errors"
	"fmt"

	"swage.dev/swage/e2e/cluster"
	"swage.dev/swage/e2e/machine"
	"swage.dev/swage/e2e/needs"
	"swage.dev/swage/e2e/process"
	"swage.dev/swage/e2e/programs"
	"swage.dev/swage/e2e/rundir"
	"swage.dev/swage/e2e/testca"
)

// Cluster is a running Kubernetes. Whoever started it must call Close.
type Cluster struct {
	*cluster.Cluster
	opts     Options
	programs programs.Paths
	dir      *rundir.Dir
	ca       *testca.CA
	machine  *machine.Machine
	nodes    []*node
	running  []*process.Process // in the order they were started
}

// Start builds what is missing, starts everything, and returns when every node
// is ready, has its images, and pods can look up names. When it fails, nothing
// is left running and the logs are kept.
func Start(ctx context.Context, opts Options) (*Cluster, error) {
	if err := needs.Check(ctx, needs.Nodes()); err != nil {
		return nil, err
	}
	opts = opts.withDefaults()
	paths, err := programs.Build(ctx, programs.Options{Log: opts.Say}, Programs()...)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, opts.StartTimeout)
	defer cancel()
	c := &Cluster{opts: opts, programs: paths}
	if err := c.start(ctx); err != nil {
		return nil, fmt.Errorf("start a cluster with nodes: %w", errors.Join(err, c.Close(context.WithoutCancel(ctx), true)))
	}
	return c, nil
}

func (c *Cluster) start(ctx context.Context) error {
	for _, step := range []func(context.Context) error{
		c.startMachine, c.startControlPlane, c.startControllers, c.startNetwork, c.startNodes, c.startDNS, c.awaitAccounts,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (c *Cluster) startMachine(ctx context.Context) (err error) {
	if c.dir, err = rundir.New(); err != nil {
		return err
	}
	if c.ca, err = testca.New(); err != nil {
		return err
	}
	c.machine, err = machine.Start(ctx, machine.Options{
		Pause: c.programs[programs.Pause], Dir: c.dir.Path(), Log: c.dir.Log("machine.log"),
	})
	return err
}

// run starts a program on the machine and waits until it is ready.
func (c *Cluster) run(ctx context.Context, p program) error {
	running, err := process.Start(process.Spec{
		Name: p.log(), Path: c.programs[p.name], Args: p.args, Env: p.env,
		LogFile: c.dir.Log(p.log() + ".log"), Enter: c.machine.Enter, Dir: "/",
	})
	if err != nil {
		return err
	}
	c.running = append(c.running, running)
	if p.ready == nil {
		return nil
	}
	return running.WaitReady(ctx, p.ready)
}

// program is one that runs on the machine.
type program struct {
	name programs.Name
	// of is the node that it belongs to. Empty: there is one only.
	of    string
	args  []string
	env   []string
	ready func(context.Context) error // nil: nobody needs to wait
}

func (p program) log() string {
	if p.of == "" {
		return string(p.name)
	}
	return string(p.name) + "-" + p.of
}

// Close ends everything and removes the cluster's folder. With keepLogs it
// moves the logs out before and says where they are.
func (c *Cluster) Close(ctx context.Context, keepLogs bool) error {
	var errs []error
	if c.Cluster != nil && keepLogs {
		c.describe(ctx)
	}
	errs = append(errs, c.crashed()...)
	// Everything ends at once: an orderly end would wait for each pod's grace,
	// and the API server for its clients.
	if c.machine != nil {
		errs = append(errs, c.machine.Stop(ctx))
	}
	for _, p := range c.running {
		<-p.Done()
	}
	if c.Cluster != nil {
		if err := c.Cluster.Close(ctx, false); !errors.Is(err, process.ErrExited) {
			errs = append(errs, err)
		}
	}
	if c.dir == nil {
		return errors.Join(errs...)
	}
	if keepLogs {
		kept, err := c.dir.KeepLogs(c.opts.Logs)
		errs = append(errs, err)
		fmt.Fprintln(c.opts.Say, "the components' logs are in", kept)
	}
	return errors.Join(append(errs, c.dir.Remove())...)
}

// crashed names the programs that ended although nobody stopped them.
func (c *Cluster) crashed() (errs []error) {
	for _, p := range c.running {
		select {
		case <-p.Done():
			errs = append(errs, fmt.Errorf("%s: %w: %s", p.Name(), process.ErrExited, p.LogTail()))
		default:
		}
	}
	return errs
}

// Machine is where everything runs.
func (c *Cluster) Machine() *machine.Machine { return c.machine }
