package app

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"swage.dev/swage/cmd/swage/internal/forward"
	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/lifecycle"
)

func newUI(p *Process) *cobra.Command {
	var cluster clusterFlags
	var port uint16
	cmd := &cobra.Command{
		Use:   "ui APPLICATION",
		Short: "Make the driver's web interface reachable from here",
		Long: `Forwards a port of this machine to the web interface of an application's driver,
prints its URL, and goes on until it is interrupted or the driver ends. It takes
the right to forward ports (create pods/portforward), as kubectl port-forward does.

` + applicationArgument,
		Example: `  swage ui pi`,
		Args:    oneApplication,
		RunE: func(cmd *cobra.Command, args []string) error {
			at, app, err := cluster.find(cmd, p, args[0])
			if err != nil {
				return err
			}
			if err := uiReachable(app); err != nil {
				return failure{ExitServer, err}
			}
			signals := p.interrupts()
			defer signals.stop()
			err = signals.during(cmd.Context(), func(ctx context.Context) error {
				return forward.Run(ctx, forward.Options{
					Config: at.config, Namespace: app.Namespace(), Pod: app.Driver.Name, Remote: submitter.UIPort(app.Driver), Local: port,
					Ready: func(local uint16) { fmt.Fprintf(cmd.OutOrStdout(), "http://127.0.0.1:%d\n", local) },
				})
			})
			if err != nil {
				return failure{ExitServer, err}
			}
			return nil
		},
	}
	cluster.register(cmd)
	cmd.Flags().Uint16Var(&port, "port", 0, "port of this machine; 0 is any that is free")
	return cmd
}

func uiReachable(app *lifecycle.Pods) error {
	if app.Driver == nil {
		return noDriver(app)
	}
	if state := lifecycle.PodState(app.Driver); state.Name != "Running" {
		return fmt.Errorf("the driver %s is %s: it has a web interface only while it runs", app.Driver.Name, state.Name)
	}
	return nil
}
