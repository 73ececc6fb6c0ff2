package app

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/api/validation"

	"swage.dev/swage/cmd/internal/buildversion"
	"swage.dev/swage/cmd/swage/internal/doctor"
	"swage.dev/swage/cmd/swage/internal/doctor/survey"
)

// doctorFormats are the values of doctor's --output.
func doctorFormats() []string { return []string{"table", "json", "yaml"} }

// patient is what doctor is asked about besides the cluster.
type patient struct{ account, submitter, output string }

func newDoctor(p *Process) *cobra.Command {
	var cluster clusterFlags
	var asked patient
	cmd := &cobra.Command{
		Use:   "doctor [-n NAMESPACE [--serviceaccount NAME]]",
		Short: "Examine the installations of Swage in a cluster",
		Long: `Looks at every installation of Swage in a cluster as an administrator would, and
prints one line for each check, or for each problem that it found: its state, the
check, what was found where, and a command that mends it or says more.

The states: ok; warning, which works and will hurt some day; failed; unknown, where
it could not look, mostly for a right that you lack, which it names; skipped, where
the question does not arise or a check that failed has the answer.

Nothing is changed. A Spark pod is created by dry run, to see whether the API server
calls the webhook. The certificate is seen by a handshake through a forwarded port or,
where you may not forward ports, in the Secret that it is kept in.

With --namespace it also says whether you may submit there, or the service account of
--submitter; with --serviceaccount, whether that account may do what drivers do.

Exit status: 0 when no check failed, also with warnings and with what is unknown; 1
when one failed, or the API server does not answer or does not take your credentials;
2 when the command line is wrong.`,
		Example: `  swage doctor

  # What do Spark's accounts lack?
  swage doctor -n team-a --serviceaccount spark --submitter airflow

  # For a monitor: what is not well?
  swage doctor -o json | jq -r '.[] | select(.state == "failed") | .check + ": " + .message'`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return examine(cmd, p, &cluster, &asked) },
	}
	cluster.register(cmd)
	cmd.Flags().StringVar(&asked.account, "serviceaccount", "", "service account of drivers in the namespace, whose rights are checked; default none")
	cmd.Flags().StringVar(&asked.submitter, "submitter", "", "service account in the namespace that submits, whose rights are checked; default you")
	addOutputFlag(cmd, &asked.output, doctorFormats())
	return cmd
}

func (a *patient) check(cmd *cobra.Command, cluster *clusterFlags) error {
	if err := checkOutput(cmd, a.output, doctorFormats()); err != nil {
		return err
	}
	for _, flag := range []struct{ name, value string }{{"serviceaccount", a.account}, {"submitter", a.submitter}} {
		switch {
		case flag.value == "":
		case cluster.namespace == "":
			return usageError(cmd, errors.New("--"+flag.name+": name its namespace with --namespace"))
		case len(validation.ValidateServiceAccountName(flag.value, false)) > 0:
			return usageError(cmd, fmt.Errorf("--%s is %q: expected a name of lower case letters, digits, - and dots", flag.name, flag.value))
		}
	}
	return nil
}

func examine(cmd *cobra.Command, p *Process, cluster *clusterFlags, asked *patient) error {
	if err := asked.check(cmd, cluster); err != nil {
		return err
	}
	at, err := cluster.connect(cmd, p)
	if err != nil {
		return err
	}
	facts, err := survey.Read(cmd.Context(), survey.Options{
		Server: at.server, Config: at.config, Now: p.Now(), Version: buildversion.Version(),
		Namespace: cluster.namespace, Account: asked.account, Submitter: asked.submitter,
	})
	if err != nil {
		return failure{ExitServer, err}
	}
	results := doctor.Judge(facts)
	if err := printResults(cmd, results, asked.output); err != nil {
		return err
	}
	if doctor.Fails(results) {
		return errDenied
	}
	return nil
}

func printResults(cmd *cobra.Command, results []doctor.Result, output string) error {
	if write := machineFormats()[output]; write != nil {
		text, err := write(results)
		if err != nil {
			return err
		}
		return printAll(cmd, text)
	}
	if err := printAll(cmd, doctorTable(results)); err != nil {
		return err
	}
	fmt.Fprintln(cmd.ErrOrStderr(), doctorSummary(results))
	return nil
}
