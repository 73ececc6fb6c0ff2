package submitter

import (
	"strings"
	"time"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/submitter/commandline"
)

// ShellOptions make the driver a shell that somebody talks with (S25): a driver
// in client mode, which a Job runs, once. It begins when somebody who is
// attached to it has sent a line, and is then announced by ShellReady.
type ShellOptions struct {
	// Language is one of ShellLanguages. Required.
	Language string

	// Terminal says that a person is at a terminal. Default false: the shell
	// reads a program, and its output is for programs.
	Terminal bool

	// TerminalType is what $TERM is at that terminal. Default: that of the node's
	// container runtime.
	TerminalType string

	// MaxTime is how long the shell may last, in full seconds. Default 12 hours.
	MaxTime time.Duration

	// Args go to the shell itself, after all settings.
	Args []string
}

// ShellReady is what the shell's container writes to its output, and without a
// terminal to its error output too, when the line that begins it has arrived: a
// sequence that terminals do not show (APC). What comes before is not the
// shell's.
const ShellReady = "\x1b_swage\x1b\\"

// ShellLabel is on the Job and the pod of a shell: its language.
const ShellLabel = podtemplate.Domain + "shell"

const (
	// shellTime is how long a shell may last, unless Options say otherwise: a working day and an evening.
	shellTime = 12 * time.Hour
	// shellStays is how long a Job whose shell has ended stays, for whoever wants to see why.
	shellStays = time.Minute
)

// shell is one of Spark's.
type shell struct {
	language, program string
	kind              resourceKind
	// piped are arguments without which it would take a program's text for keys that somebody types.
	piped []string
	// pipedEnv is the same by a variable.
	pipedEnv map[string]string
}

// pythonReads makes Python read a program that may use what pyspark's shell
// has: spark, sc, sql. The shell's greeting is not the program's output.
const pythonReads = `-c "import os, sys; _out, sys.stdout = sys.stdout, sys.stderr; exec(open(os.environ['PYTHONSTARTUP']).read()); ` +
	`sys.stdout = _out; exec(compile(sys.stdin.read(), '<stdin>', 'exec'))"`

var shells = []shell{
	{language: "scala", program: "spark-shell", kind: kindJava},
	{
		language: "python", program: "pyspark", kind: kindPython,
		pipedEnv: map[string]string{envPythonOptions: pythonReads},
	},
	{
		language: "sql", program: "spark-sql", kind: kindJava,
		piped: []string{"-f", "/dev/stdin"},
	},
}

// ShellLanguages are the languages that Spark has shells for, the default first.
func ShellLanguages() []string {
	var names []string
	for _, s := range shells {
		names = append(names, s.language)
	}
	return names
}

func (o *ShellOptions) find() (*shell, error) {
	for i := range shells {
		if shells[i].language == o.Language {
			return &shells[i], nil
		}
	}
	return nil, refuse("there is no shell for %q: expected %s", o.Language, strings.Join(ShellLanguages(), ", "))
}

// beginShell is the shell that is asked for, nil where none is. Kubernetes runs
// it by a Job, its executors are its own.
func (o *Options) beginShell() (*shell, error) {
	if o.Shell == nil {
		return nil, nil
	}
	if o.Shell.MaxTime < 0 || o.Shell.MaxTime%time.Second != 0 {
		return nil, refuse("--max-time is %s: expected full seconds, such as 90m or 8h", o.Shell.MaxTime)
	}
	if o.Job != nil || o.Schedule != nil {
		return nil, refuse("a shell runs once, while somebody is attached to it: it has no retries and no schedule")
	}
	o.Job = o.Shell.job()
	if o.ExecutorsBy == ByAuto || o.ExecutorsBy == "" {
		o.ExecutorsBy = ByDriver
	}
	return o.Shell.find()
}

// check refuses what is for programs.
func (*shell) check(line *commandline.Line) error {
	switch {
	case line.Resource != "":
		return refuse("%s: a shell takes no program: swage submit runs it", line.Resource)
	case line.Values["--class"] != "":
		return refuse("--class: a shell has no main class: swage submit runs one")
	case line.Values["--deploy-mode"] == "cluster" || line.Conf[keyDeployMode] == "cluster":
		return refuse("Cluster deploy mode is not applicable to Spark shells.")
	}
	return nil
}

// job is how Kubernetes shall run the shell. Who talks with it cannot be there a second time.
func (o *ShellOptions) job() *JobOptions {
	deadline := o.MaxTime
	if deadline == 0 {
		deadline = shellTime
	}
	return &JobOptions{Deadline: deadline, TTL: shellStays}
}

// shellProgram is the program of an application that is a shell.
func (a *application) shellProgram(s *shell, c *client) error {
	a.resource, a.kind = noResource, s.kind
	a.conf.SetMissing(keyAppName, s.program)
	return a.places(c)
}
