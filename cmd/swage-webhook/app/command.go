package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/go-logr/logr"
	"github.com/spf13/cobra"
	ctrllog "sigs.k8s.io/controller-runtime/pkg/log"

	"swage.dev/swage/cmd/internal/buildversion"
	"swage.dev/swage/webhook"
)

// The exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// errUsage is wrapped by errors of the command line.
var errUsage = errors.New("usage")

// Main runs the command until ctx is done and returns its exit code. What was
// asked for (help, the version) goes to out, logs and errors to logs.
func Main(ctx context.Context, args []string, out, logs io.Writer) int {
	command := newCommand(logs)
	command.SetArgs(args)
	command.SetOut(out)
	command.SetErr(logs)
	err := command.ExecuteContext(ctx)
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errUsage):
		fmt.Fprintf(logs, "swage-webhook: %v\nSee swage-webhook --help.\n", err)
		return exitUsage
	default:
		fmt.Fprintf(logs, "swage-webhook: %v\n", err)
		return exitFailed
	}
}

func newCommand(logs io.Writer) *cobra.Command {
	var f flags
	command := &cobra.Command{
		Use:   "swage-webhook",
		Short: "Shape Spark's driver and executor pods as they are created",
		Long: `swage-webhook serves a mutating admission webhook that merges pod templates into
Spark's driver and executor pods. Templates are ConfigMaps with the label
swage.dev/template.

In a pod it uses the pod's service account; elsewhere a kubeconfig. Logs go to
standard error, as JSON unless that is a terminal.`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args: func(command *cobra.Command, args []string) error {
			if err := cobra.NoArgs(command, args); err != nil {
				return fmt.Errorf("%w: %w", errUsage, err)
			}
			return nil
		},
		RunE: func(command *cobra.Command, _ []string) error {
			if f.version {
				_, err := io.WriteString(command.OutOrStdout(), buildversion.Line("swage-webhook"))
				return err
			}
			return run(command.Context(), &f, logs)
		},
	}
	command.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return fmt.Errorf("%w: %w", errUsage, err) })
	f.register(command)
	return command
}

func run(ctx context.Context, f *flags, logs io.Writer) error {
	logger, err := f.logger(logs)
	if err != nil {
		return err
	}
	// Libraries that log by other ways: net/http by the standard one,
	// controller-runtime by a global logr, client-go by the context's.
	slog.SetDefault(logger)
	bridge := logr.FromSlogHandler(logger.Handler())
	ctrllog.SetLogger(bridge)
	ctx = logr.NewContext(ctx, bridge)

	opts, err := f.options(logger)
	if err != nil {
		return err
	}
	server, err := webhook.New(opts)
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	logger.InfoContext(ctx, "starting", "version", buildversion.Version(), "address", opts.Address, "status", opts.StatusAddress,
		"systemNamespace", opts.SystemNamespace, "namespace", opts.Namespace, "class", opts.Class)
	return server.Run(ctx)
}

func hostname() string {
	name, err := os.Hostname()
	if err != nil {
		return ""
	}
	return name
}
