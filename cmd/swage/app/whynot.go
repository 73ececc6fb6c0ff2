package app

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/util/validation"

	"swage.dev/swage/cmd/swage/internal/offline"
	"swage.dev/swage/cmd/swage/internal/whynot"
)

// whyNot is the question: which pods, and where to look.
type whyNot struct {
	inputs  inputs
	cluster clusterFlags
	class   string
	// system tells whether --system-namespace was given.
	system bool
}

func newWhyNot(p *Process) *cobra.Command {
	var q whyNot
	var output string
	cmd := &cobra.Command{
		Use:   "why-not POD | -f POD.yaml [-t TEMPLATES]",
		Short: "Say why a pod was not shaped",
		Long: `Walks the chain that a pod passes on its way to being shaped, and says at which
link it stopped, one line a link:

  registration       a MutatingWebhookConfiguration calls Swage
  age                the pod is younger than it
  objectSelector     it is about pods like this one
  namespaceSelector  and about this namespace
  matchConditions    and leaves this pod not out
  answer             the server answered
  opt-out            the pod wants default templates
  templates          one is selected, and of all others why not
  fields             the pod has what they state, and nothing undid it

A link has passed, stopped the pod, is unknown where something could not be
read, or was not reached. It reads the cluster by your own rights: those to list
mutatingwebhookconfigurations, and configmaps of both namespaces, say most.

With -f the pod need not exist, and with -t the cluster is not asked: templates,
Namespaces and MutatingWebhookConfigurations are then those of the files.

Exit status: 0 when the pod was admitted or would be, shaped or not, or when that
cannot be told; 1 when it would be denied, or the cluster did not answer; 2 when
the command line is wrong or an input cannot be read.`,
		Example: `  swage why-not pi-8a9b0c1d2e3f4051-driver -n team-a

  # Before it is created, against the cluster
  swage submit --dry-run=client -o yaml ... | swage why-not -f -

  # What stopped it, for scripts
  swage why-not pi-driver -o json | jq -r .stoppedAt`,
		Args: func(cmd *cobra.Command, args []string) error { return q.check(cmd, args) },
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkOutput(cmd, output, statusFormats()); err != nil {
				return err
			}
			reports, err := q.walk(cmd, p, args)
			if err != nil {
				return err
			}
			return printReports(cmd, reports, output)
		},
	}
	q.inputs.addFileFlag(cmd)
	q.inputs.addTemplateFlags(cmd)
	q.cluster.register(cmd)
	cmd.Flags().StringVar(&q.class, "class", "", "the installation's class, where the cluster has several; default the one without a class")
	addOutputFlag(cmd, &output, statusFormats())
	return cmd
}

func (q *whyNot) check(cmd *cobra.Command, args []string) error {
	q.system = cmd.Flags().Changed("system-namespace")
	switch {
	case len(validation.IsValidLabelValue(q.class)) > 0:
		return usageError(cmd, fmt.Errorf("--class is %q, which no installation can be called", q.class))
	case len(args) == 0 && len(q.inputs.pods) == 0:
		return usageError(cmd, errors.New("which POD? Name one, or a file with -f"))
	case len(args) > 1:
		return usageError(cmd, fmt.Errorf("%d words: expected one, the POD", len(args)))
	case len(args) == 1 && len(q.inputs.pods) > 0:
		return usageError(cmd, errors.New("a POD and -f: expected one of them"))
	case len(args) == 1 && len(q.inputs.templates) > 0:
		return usageError(cmd, errors.New("-t is for -f: of a POD the cluster's templates count"))
	case len(q.inputs.templates) > 0:
		return q.checkFiles(cmd)
	}
	return nil
}

func (q *whyNot) checkFiles(cmd *cobra.Command) error {
	if q.cluster != (clusterFlags{}) {
		return usageError(cmd, errors.New("with -t no cluster is asked: leave --namespace, --context and --kubeconfig out, or -t"))
	}
	if err := q.inputs.check(); err != nil {
		return usageError(cmd, err)
	}
	return nil
}

// walk walks the chain of each pod.
func (q *whyNot) walk(cmd *cobra.Command, p *Process, args []string) ([]*whynot.Report, error) {
	if len(q.inputs.templates) > 0 {
		return q.walkFiles(cmd)
	}
	at, err := q.cluster.connect(cmd, p)
	if err != nil {
		return nil, err
	}
	pods, err := q.pods(cmd, at, args)
	if err != nil {
		return nil, err
	}
	if err := q.tellClass(cmd, at); err != nil {
		return nil, err
	}
	var reports []*whynot.Report
	for _, pod := range pods.All {
		report, err := q.walkIn(cmd, at, pod, pods)
		if err != nil {
			return nil, failure{ExitServer, err}
		}
		reports = append(reports, report)
	}
	return reports, nil
}

// pods are those of the files, or the one of the cluster.
func (q *whyNot) pods(cmd *cobra.Command, at *place, args []string) (*offline.Pods, error) {
	if len(args) == 0 {
		return q.inputs.readPodsOf(cmd, at.namespace)
	}
	name := strings.TrimPrefix(strings.TrimPrefix(args[0], "pod/"), "pods/") // as kubectl writes it
	if len(validation.IsDNS1123Subdomain(name)) > 0 {
		return nil, usageError(cmd, fmt.Errorf("POD is %q, which no pod can be called", name))
	}
	pods, err := readPod(cmd.Context(), at, name)
	if err != nil {
		return nil, failure{ExitServer, err}
	}
	return pods, nil
}

func printReports(cmd *cobra.Command, reports []*whynot.Report, output string) error {
	var out bytes.Buffer
	var failed error
	for i, report := range reports {
		if report.Outcome == whynot.Denied {
			failed = errDenied
		}
		switch output {
		case "json":
			writeLine(&out, report)
			continue
		case "text":
			if i > 0 {
				out.WriteByte('\n')
			}
			writeReport(&out, report)
			continue
		}
		text, err := machineFormats()[output](report)
		if err != nil {
			return err
		}
		if i > 0 {
			out.WriteString("---\n")
		}
		out.Write(text)
	}
	if err := printAll(cmd, out.Bytes()); err != nil {
		return err
	}
	return failed
}
