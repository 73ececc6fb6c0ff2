package app

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"swage.dev/swage/cmd/swage/internal/kubeconfig"
	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/commandline"
)

// submitOptions are the options of submit that are not spark-submit's.
var submitOptions = []struct {
	commandline.Own
	usage string
}{
	{commandline.Own{Name: "--dry-run", Switch: true}, "--dry-run=client               only print what would be created; needs no cluster"},
	{commandline.Own{Name: "--output", Short: "-o"}, "-o, --output FORMAT            name (default), yaml or json"},
	{commandline.Own{Name: "--namespace", Short: "-n"}, "-n, --namespace NAMESPACE      where the objects go, as spark.kubernetes.namespace"},
	{commandline.Own{Name: "--context"}, "--context CONTEXT              context of the kubeconfig, as spark.kubernetes.context"},
	{commandline.Own{Name: "--kubeconfig"}, "--kubeconfig FILE              the kubeconfig"},
	{commandline.Own{Name: "--spark-version"}, "--spark-version VERSION        Spark of the image, where $SPARK_HOME and its tag do not say it"},
	{commandline.Own{Name: "--conf-in"}, "--conf-in configmap|secret     what holds the settings; default a Secret if one of them is secret"},
}

func newSubmit(p *Process) *cobra.Command {
	return &cobra.Command{
		Use:   "submit --dry-run=client [OPTIONS] PROGRAM [ARGUMENTS]",
		Short: "Print the objects of a Spark application, from spark-submit's command line",
		Long: `Takes spark-submit's own command line, reads what spark-submit reads
(spark-defaults.conf, the environment, the kubeconfig), and prints the objects
that spark-submit --deploy-mode cluster would create: the driver's pod, its
Service, its configuration.

Options:
` + commandline.Usage() + `
Options of swage:
` + ownUsage() + `
Values of secret settings are not shown: such output cannot be applied.

Exit status: 0 when the objects were printed, 2 when the command line is wrong,
the application is refused, or an input cannot be read.`,
		Example: `  # What would spark-submit create?
  swage submit --dry-run=client -o yaml --master k8s://https://host:6443 \
    --conf spark.kubernetes.container.image=apache/spark:4.1.2 \
    local:///opt/spark/examples/src/main/python/pi.py 10

  # The driver as the templates of a folder shape it
  swage submit --dry-run=client -o yaml ... | swage render -f - -t templates/`,
		DisableFlagsInUseLine: true,
		DisableFlagParsing:    true, // spark-submit's rules are not cobra's
		RunE:                  func(cmd *cobra.Command, args []string) error { return submit(cmd, p, args) },
	}
}

func ownUsage() string {
	var out strings.Builder
	for _, o := range submitOptions {
		fmt.Fprintf(&out, "  %s\n", o.usage)
	}
	return out.String()
}

func submit(cmd *cobra.Command, p *Process, args []string) error {
	var own []commandline.Own
	for _, o := range submitOptions {
		own = append(own, o.Own)
	}
	line, err := commandline.Parse(args, own...)
	if err != nil {
		return usageError(cmd, err)
	}
	switch {
	case line.Switches["--help"]:
		return cmd.Help()
	case line.Switches["--version"]:
		return printVersion(cmd)
	}
	format, err := objectFormat(cmd, line)
	if err != nil {
		return err
	}
	objects, err := planned(p, line)
	if err != nil {
		return err
	}
	tellPlan(cmd, objects)
	text, err := format(objects)
	if err != nil {
		return err
	}
	return printAll(cmd, text)
}

// planned plans the line in the surroundings of the process.
func planned(p *Process, line *commandline.Line) (*submitter.Objects, error) {
	context, err := contextOf(line)
	if err != nil {
		return nil, err
	}
	dir, err := os.Getwd()
	if err != nil {
		return nil, fmt.Errorf("the working directory: %w", err)
	}
	files := kubeconfig.Files{Explicit: line.Own["--kubeconfig"], Env: p.Env}
	o := submitter.Options{
		Line: line, SparkVersion: line.Own["--spark-version"], Namespace: line.Own["--namespace"],
		ConfIn: submitter.ConfIn(line.Own["--conf-in"]), Redact: true,
		Server: func(set string) (string, error) { return files.Server(firstNonEmpty(context, set)) },
		Env:    p.Env, Files: os.DirFS("/"), Dir: dir, User: userName(p), Now: p.Now, Random: p.Random,
	}
	return submitter.Plan(o)
}

// userName is the user of the environment. The system's own answer may come
// from a server, by a socket, which is not worth it for a name.
func userName(p *Process) string {
	for _, name := range []string{"USER", "LOGNAME"} {
		if user, set := p.Env(name); set {
			return user
		}
	}
	return ""
}

// contextOf is --context, which is another way to write a setting.
func contextOf(line *commandline.Line) (string, error) {
	const key = "spark.kubernetes.context"
	context, given := line.Own["--context"]
	set, also := line.Conf[key]
	if given && also && context != set {
		return "", fmt.Errorf("two contexts: --context %s and %s=%s", context, key, set)
	}
	if given {
		line.Conf[key] = context
	}
	return context, nil
}

func firstNonEmpty(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// tellPlan says on stderr where the objects would go, and what the user should know.
func tellPlan(cmd *cobra.Command, objects *submitter.Objects) {
	stderr := cmd.ErrOrStderr()
	fmt.Fprintf(stderr, "server %s, namespace %s (dry run)\n", objects.Server, objects.Namespace)
	for _, note := range objects.Notes {
		fmt.Fprintf(stderr, "note: %s\n", note)
	}
	if len(objects.Redacted) > 0 {
		fmt.Fprintf(stderr, "warning: not shown, so that this output cannot be applied: %s\n", strings.Join(objects.Redacted, ", "))
	}
}

var errDryRunOnly = errors.New("only a dry run is possible: give --dry-run=client")
