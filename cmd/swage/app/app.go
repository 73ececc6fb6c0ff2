// Package app is the commands of swage. It touches neither the process's
// arguments nor its exit: a test runs a command as main does.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"swage.dev/swage/submitter"
)

// The exit codes. Scripts rely on them.
const (
	// ExitOK says that all pods would be admitted.
	ExitOK = 0
	// ExitDenied says that a pod would be denied, or that lint found an error.
	ExitDenied = 1
	// ExitUsage says that the command line is wrong or an input cannot be read.
	ExitUsage = 2
	// ExitServer says that the API server refused or did not answer.
	ExitServer = 1
	// ExitInterrupted says that submit was interrupted while it waited.
	ExitInterrupted = 130
)

// errDenied ends a command whose outcome was already told on stderr.
var errDenied = errors.New("denied")

// Process is what a command has of the process it runs in.
type Process struct {
	// Name is the program as it was called: a base name that begins with kubectl- means the kubectl plugin.
	Name           string
	Args           []string
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Env looks up a variable. Default: none is set.
	Env func(name string) (value string, set bool)
	// Signals passes on the signals by which somebody interrupts the process, until
	// stop. Only a command that has something to do then asks for it: all others
	// end at once, as a process does. Default: nobody interrupts.
	Signals func() (caught <-chan os.Signal, stop func())
	// OpenTerminal opens the terminal of whoever started the process. Default: there is none.
	OpenTerminal func() (*os.File, error)
	// Account is the name of the account that it runs as, "" where that has none. Default: none.
	Account func() string
	// Now is the clock, Random the source of names. Default: the machine's.
	Now    func() time.Time
	Random io.Reader

	tokens *submitter.Tokens // that --tokens-by has obtained
}

// Run runs one command line and returns its exit code.
func Run(ctx context.Context, p Process) int {
	if p.Env == nil {
		p.Env = func(string) (string, bool) { return "", false }
	}
	if p.Signals == nil {
		p.Signals = func() (<-chan os.Signal, func()) { return nil, func() {} }
	}
	if p.OpenTerminal == nil {
		p.OpenTerminal = func() (*os.File, error) { return nil, os.ErrNotExist }
	}
	if p.Account == nil {
		p.Account = func() string { return "" }
	}
	if p.Now == nil {
		p.Now = time.Now
	}
	root := newRoot(&p)
	if calledSparkSubmit(p.Name) {
		root = newSparkSubmit(&p)
	}
	root.SetArgs(p.Args)
	root.SetIn(p.Stdin)
	root.SetOut(p.Stdout)
	told := plainText{p.Stderr}
	root.SetErr(told)
	return exitCode(told, root.ExecuteContext(ctx))
}

// exitCode says what went wrong, where nobody has yet, and how to exit.
func exitCode(stderr io.Writer, err error) int {
	var failed failure
	switch {
	case err == nil:
		return ExitOK
	case errors.Is(err, errDenied):
		return ExitDenied
	case errors.As(err, &failed) && failed.err == nil:
		return failed.code
	}
	fmt.Fprintf(stderr, "error: %v\n", err)
	if errors.As(err, &failed) {
		return failed.code
	}
	return ExitUsage
}

func newRoot(p *Process) *cobra.Command {
	root := &cobra.Command{
		Use:   "swage",
		Short: "Shape Spark's pods with templates",
		Long: `Swage merges pod templates, kept in ConfigMaps, into the pods of Spark's drivers
and executors. The commands for templates run the same engine as the admission
webhook on files: no cluster, no connection. Those for the installation only
look. swage submit does spark-submit's work without a JVM, and the others are
for applications that anybody submitted.`,
		Args:              cobra.NoArgs,
		SilenceErrors:     true,
		SilenceUsage:      true,
		DisableAutoGenTag: true,
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(flagError)
	addGroup(root, "Templates, on files:", newRender(), newDiff(p), newExplain(), newLint(), newTest())
	addGroup(root, "Spark applications:", newSubmit(p), newSchedule(p), newShell(p), newList(p), newStatus(p), newLogs(p), newWait(p), newKill(p), newScale(p), newEvents(p), newUI(p))
	addGroup(root, "The installation:", newDoctor(p), newWhyNot(p))
	root.AddCommand(newVersion())
	if strings.HasPrefix(filepath.Base(p.Name), "kubectl-") {
		asPlugin(root)
	}
	return root
}

// addGroup adds commands that stand together in help.
func addGroup(root *cobra.Command, title string, commands ...*cobra.Command) {
	root.AddGroup(&cobra.Group{ID: title, Title: title})
	for _, cmd := range commands {
		cmd.GroupID = title
	}
	root.AddCommand(commands...)
}

// asPlugin makes usage and examples say how the plugin is called.
func asPlugin(root *cobra.Command) {
	const name = "kubectl swage"
	root.Annotations = map[string]string{cobra.CommandDisplayNameAnnotation: name}
	for _, cmd := range root.Commands() {
		cmd.Example = strings.ReplaceAll(cmd.Example, "swage ", name+" ")
	}
}

// usageError adds where to read more.
func usageError(cmd *cobra.Command, err error) error {
	return fmt.Errorf("%w\nsee %q", err, cmd.CommandPath()+" --help")
}
