package app

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/commandline"
)

// ownOption is an option that is not spark-submit's, and its line of usage, "" for none.
type ownOption struct {
	commandline.Own
	usage string
}

// submitOptions are the options of submit that are not spark-submit's.
var submitOptions = []ownOption{
	{commandline.Own{Name: "--filename", Short: "-f", Once: true}, "-f, --filename FILE            a SparkApplication or ScheduledSparkApplication in place of program and options; - is standard input"},
	{commandline.Own{Name: "--approximate", Switch: true}, "--approximate                  of -f: take what cannot be as it says for the nearest that can, with a warning"},
	{commandline.Own{Name: "--dry-run", Switch: true}, "--dry-run=client|server        only print what would be created: as planned, or as stored"},
	{commandline.Own{Name: "--output", Short: "-o"}, "-o, --output FORMAT            of a dry run: name (default), yaml or json"},
	{commandline.Own{Name: "--namespace", Short: "-n"}, "-n, --namespace NAMESPACE      where the objects go, as spark.kubernetes.namespace"},
	{commandline.Own{Name: "--context"}, "--context CONTEXT              context of the kubeconfig, as spark.kubernetes.context"},
	{commandline.Own{Name: "--kubeconfig"}, "--kubeconfig FILE              the kubeconfig"},
	{commandline.Own{Name: "--spark-version"}, "--spark-version VERSION        Spark of the image, where $SPARK_HOME and its tag do not say it"},
	{commandline.Own{Name: "--conf-in"}, "--conf-in configmap|secret     what holds the settings; default a Secret if one of them is secret"},
	{commandline.Own{Name: "--tokens-by"}, "--tokens-by spark-submit       obtain Hadoop's delegation tokens by $SPARK_HOME/bin/spark-submit, as who is logged in"},
	{commandline.Own{Name: "--executors-by"}, "--executors-by WHO             driver, both or submitter; default both if their number is given, else driver"},
	{commandline.Own{Name: "--executors-after"}, "--executors-after TIME         how long they wait for the driver to get a node; default 2s"},
	{commandline.Own{Name: "--gang", Switch: true}, "--gang                         make all executors with the driver, or nothing"},
	{commandline.Own{Name: "--helper-image"}, "--helper-image IMAGE|bash|none what lets executors wait for the driver; default spark.swage.helperImage, else bash"},
	{commandline.Own{Name: "--driver-timeout"}, "--driver-timeout TIME          how long they wait for one that does not start; default 15m"},
	{commandline.Own{Name: "--stage-to"}, "--stage-to pvc/NAME            a claim that large files of this machine are put on, for drivers that nobody streams to"},
	{commandline.Own{Name: "--stage-timeout"}, "--stage-timeout TIME           how long the driver's start and the files' way to it, or to a claim, may take; default 10m"},
	{commandline.Own{Name: "--shape"}, "--shape here|webhook           who shapes the pods by templates; default webhook"},
	{commandline.Own{Name: "--system-namespace"}, "--system-namespace NAMESPACE   whose templates reach all others, for --shape here; '' for none"},
	{commandline.Own{Name: "--retries"}, "--retries NUMBER               start a driver that failed again so often, by a Job; each attempt is an application of its own"},
	{commandline.Own{Name: "--deadline"}, "--deadline TIME                how long the application may take, all attempts together"},
	{commandline.Own{Name: "--ttl"}, "--ttl TIME                     remove the application with all that it owns so long after its end, by a Job"},
	{commandline.Own{Name: "--suspend", Switch: true}, "--suspend                      create a Job that a queueing system resumes"},
	{commandline.Own{Name: "--wait", Switch: true}, "--wait, --no-wait              for the end; default spark.kubernetes.submission.waitAppCompletion"},
	{commandline.Own{Name: "--no-wait", Switch: true}, ""},
	{commandline.Own{Name: "--on-interrupt"}, "--on-interrupt leave|kill      what an interrupt does with an application; default asked on a terminal, else leave"},
	{commandline.Own{Name: "--exit-zero", Switch: true}, "--exit-zero                    exit with 0 whatever became of the application"},
}

func newSubmit(p *Process) *cobra.Command {
	return &cobra.Command{
		Use:   "submit [OPTIONS] PROGRAM [ARGUMENTS] | submit -f FILE [OPTIONS]",
		Short: "Submit a Spark application, by spark-submit's command line or a manifest",
		Long: `Takes spark-submit's own command line, reads what spark-submit reads
(spark-defaults.conf, the environment, the kubeconfig), creates the objects that
spark-submit --deploy-mode cluster creates (the driver's pod, its Service, its
configuration), and waits for the application to end. Where the number of
executors is given, it makes them beside the driver, which adopts them and
replaces those that are lost; what the program itself sets in code, such as
spark.executor.memory, comes too late for them: say it on the command line.

Options:
` + commandline.Usage() + `
Options of swage:
` + usageOf(submitOptions) + `
A dry run does not show the values of secret settings; such output cannot be
applied. --dry-run=client needs no cluster; --dry-run=server asks the API server
what it would store, so that the pods are as the webhook shapes them. With
--shape here they are shaped without it, by templates that are read from the
cluster.

An interrupt on a terminal asks what to do with an application that runs;
without one, and the second time, it leaves it, unless --on-interrupt says
otherwise. It takes back an application whose objects are not all there yet.

With -f the application is that of a SparkApplication manifest of kubeflow's
operator (sparkoperator.k8s.io/v1beta2), which need not be installed. Of
spark-submit's options --conf, which is stronger than the manifest, --master and
--verbose go with it. What of the manifest differs here is told; what cannot be
is refused.

--status and --kill do what they do in spark-submit, for [NAMESPACE:]POD or all
drivers of a PREFIX*.

Exit status: the application's; 125 when it has none (deleted, evicted, never
started); 1 when the API server refused or did not answer; 2 when the command
line is wrong, the application is refused, or an input cannot be read; 130 when
interrupted while waiting. Without waiting, and of a dry run, 0.`,
		Example: `  # Submit, and wait for the end
  swage submit --master k8s://https://host:6443 \
    --conf spark.kubernetes.container.image=apache/spark:4.1.2 \
    local:///opt/spark/examples/src/main/python/pi.py 10

  # A manifest of the operator's
  swage submit -f spark-pi.yaml

  # What would be created?
  swage submit --dry-run=client -o yaml ...

  # The driver as the templates of a folder shape it
  swage submit --dry-run=client -o yaml ... | swage render -f - -t templates/`,
		DisableFlagsInUseLine: true,
		DisableFlagParsing:    true, // spark-submit's rules are not cobra's
		RunE:                  func(cmd *cobra.Command, args []string) error { return submit(cmd, p, args, nil) },
	}
}

func usageOf(options []ownOption) string {
	var out strings.Builder
	for _, o := range options {
		if o.usage != "" {
			fmt.Fprintf(&out, "  %s\n", o.usage)
		}
	}
	return out.String()
}

// submit does what a command line says, again and again where there is a schedule.
func submit(cmd *cobra.Command, p *Process, args []string, schedule *submitter.ScheduleOptions) error {
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
	case line.Switches["--version"] && calledSparkSubmit(p.Name):
		return printSparkVersion(cmd, p, line.Own["--spark-version"])
	case line.Switches["--version"]:
		return printVersion(cmd)
	}
	if err := checkOwn(line); err != nil {
		return usageError(cmd, err)
	}
	if schedule != nil {
		if err := checkScheduled(line); err != nil {
			return usageError(cmd, err)
		}
	}
	if line.Values["--kill"] != "" || line.Values["--status"] != "" {
		return submission(cmd, p, line)
	}
	return submitLine(cmd, p, line, schedule)
}

// submitLine submits the application, or prints what would be.
func submitLine(cmd *cobra.Command, p *Process, line *commandline.Line, schedule *submitter.ScheduleOptions) error {
	dry, err := dryRun(cmd, line)
	if err != nil {
		return err
	}
	asked, err := newRequest(cmd, p, line)
	if err != nil {
		return err
	}
	asked.schedule = schedule
	if dry != "" {
		return printPlan(cmd, p, asked, dry)
	}
	return run(cmd, p, asked)
}

// checkOwn refuses values that an option does not have.
func checkOwn(line *commandline.Line) error {
	for _, switches := range []string{"--wait", "--no-wait", "--exit-zero", "--gang", "--approximate", "--suspend"} {
		if value := line.Own[switches]; value != "" && value != "true" {
			return fmt.Errorf("%s=%s: it takes no value", switches, value)
		}
	}
	if by, given := line.Own["--tokens-by"]; given && by != tokensBySparkSubmit {
		return fmt.Errorf("--tokens-by is %q: expected %s", by, tokensBySparkSubmit)
	}
	if _, err := executorsAfter(line); err != nil {
		return err
	}
	if to, given := line.Own["--stage-to"]; given {
		if err := submitter.CheckStageTo(to); err != nil {
			return err
		}
	}
	if on := line.Own["--on-interrupt"]; on != "" && !slices.Contains(onInterrupt(), on) {
		return fmt.Errorf("--on-interrupt is %q: expected %s", on, strings.Join(onInterrupt(), " or "))
	}
	return nil
}

// tellPlan says on stderr where the objects go, and what the user should know.
func tellPlan(cmd *cobra.Command, objects *submitter.Objects, how string) {
	stderr := cmd.ErrOrStderr()
	fmt.Fprintf(stderr, "server %s, namespace %s%s\n", objects.Server, objects.Namespace, how)
	for _, note := range objects.Notes {
		fmt.Fprintf(stderr, "note: %s\n", note)
	}
	if s := objects.Staging; s != nil && how != "" {
		who := "the driver's"
		if s.Claim != nil {
			who = fmt.Sprintf("for the folder %s of pvc/%s, the Job %s is created before all else; its", s.Claim.Folder, s.Claim.Name, s.Claim.Job.Name)
		}
		fmt.Fprintf(stderr, "note: %s container %s waits for %s, %s, which only swage sends\n", who, submitter.StageContainer, plural(len(s.Files), "file"), megabytes(s.Bytes))
	}
	if objects.Upload != nil && how != "" {
		fmt.Fprintf(stderr, "note: %s would be uploaded to %s\n", plural(len(objects.Upload.Files), "file"), objects.Upload.Path)
	}
	if len(objects.Redacted) > 0 {
		fmt.Fprintf(stderr, "warning: not shown, so that this output cannot be applied: %s\n", strings.Join(objects.Redacted, ", "))
	}
}
