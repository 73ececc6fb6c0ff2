package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"swage.dev/swage/cmd/terminal"
	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/commandline"
)

// shellTakes are the options of submit that a shell has, too.
func shellTakes() []string {
	return []string{
		"--dry-run", "--output", "--namespace", "--context", "--kubeconfig", "--spark-version", "--conf-in", "--tokens-by", "--shape", "--system-namespace", "--stage-to", "--stage-timeout",
	}
}

// shellOptions are the options of shell that are not spark-submit's.
func shellOptions() []ownOption {
	var all []ownOption
	for _, o := range submitOptions {
		if slices.Contains(shellTakes(), o.Name) {
			all = append(all, o)
		}
	}
	return append(all, ownOption{commandline.Own{Name: "--max-time"}, "--max-time TIME                how long the shell may last; default 12h"})
}

func newShell(p *Process) *cobra.Command {
	return &cobra.Command{
		Use:   "shell [scala|python|sql] [OPTIONS] [-- ARGUMENTS OF THE SHELL]",
		Short: "Start one of Spark's shells in the cluster, and talk with it",
		Long: `Starts Spark's shell for Scala (the default), Python or SQL in a pod, as a driver in
client mode: its executors are pods of the cluster, shaped by templates as any
others. What is typed goes there, Ctrl-C too; Ctrl-D ends it. When it has ended,
or swage is interrupted, all that belonged to it is removed; where swage cannot
do that any more, Kubernetes does, within minutes.

Where standard input or output is no terminal, the input is a program: Python and
SQL write to standard output what the program writes, Scala also its prompts.

A Job runs the shell, once. It takes the rights to create, get, watch, patch and
delete jobs, to list and watch pods, and to create pods/attach.

Options:
` + shellUsage() + `
Options of swage:
` + usageOf(shellOptions()) + `
Exit status: the shell's; 125 when it has none (deleted, evicted, never started,
longer than --max-time); 1 when the API server refused or did not answer, or the
connection was lost; 2 when the command line is wrong; 130 when interrupted.`,
		Example: `  swage shell python --conf spark.kubernetes.container.image=apache/spark:4.1.2 --num-executors 4

  echo 'print(spark.range(1000).count())' | swage shell python --conf ...

  swage shell sql --conf ... -- -e 'show databases'`,
		DisableFlagsInUseLine: true,
		DisableFlagParsing:    true, // spark-submit's rules are not cobra's
		RunE:                  func(cmd *cobra.Command, args []string) error { return shell(cmd, p, args) },
	}
}

// notForShells are options of spark-submit that say what program is run.
func notForShells() []string { return []string{"--class", "--deploy-mode"} }

func shellUsage() string {
	var out strings.Builder
	for line := range strings.Lines(commandline.Usage()) {
		if name, _, _ := strings.Cut(strings.TrimSpace(line), " "); !slices.Contains(notForShells(), name) {
			out.WriteString(line)
		}
	}
	return out.String()
}

func shell(cmd *cobra.Command, p *Process, args []string) error {
	r, err := shellRequest(p, args)
	if err != nil {
		return usageError(cmd, err)
	}
	switch {
	case r.Switches["--help"]:
		return cmd.Help()
	case r.Switches["--version"]:
		return printVersion(cmd)
	}
	dry, err := dryRun(cmd, r.Line)
	if err != nil {
		return err
	}
	if dry != "" {
		return printPlan(cmd, p, r, dry)
	}
	signals := p.interrupts()
	defer signals.stop()
	return signals.during(cmd.Context(), func(ctx context.Context) error {
		s, err := openShell(ctx, cmd, p, r)
		if err != nil {
			return err
		}
		return s.run(ctx)
	})
}

// shellRequest reads a command line: the language is its first word, wherever that is.
func shellRequest(p *Process, args []string) (*request, error) {
	options := &submitter.ShellOptions{Terminal: terminal.Is(p.Stdin) && terminal.Is(p.Stdout)}
	options.TerminalType, _ = p.Env("TERM")
	if at := slices.Index(args, "--"); at >= 0 {
		args, options.Args = args[:at], args[at+1:]
	}
	var own []commandline.Own
	for _, o := range shellOptions() {
		own = append(own, o.Own)
	}
	options.Language = submitter.ShellLanguages()[0]
	line, err := commandline.Parse(args, own...)
	if err == nil && line.Resource != "" {
		options.Language = line.Resource
		before := args[:len(args)-len(line.Args)-1]
		line, err = commandline.Parse(slices.Concat(before, line.Args), own...)
	}
	if err != nil {
		return nil, err
	}
	if text, given := line.Own["--max-time"]; given {
		if options.MaxTime, err = time.ParseDuration(text); err != nil || options.MaxTime < time.Second {
			return nil, fmt.Errorf("--max-time is %q: expected a time of a second or more, such as 90m or 8h", text)
		}
	}
	for _, name := range []string{"--kill", "--status"} {
		if _, given := line.Values[name]; given {
			return nil, fmt.Errorf("%s is for swage submit; swage %s APPLICATION does it for a shell, too", name, strings.TrimPrefix(name, "--"))
		}
	}
	return &request{Line: line, shell: options}, checkOwn(line)
}
