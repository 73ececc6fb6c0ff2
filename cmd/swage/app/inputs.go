package app

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"swage.dev/swage/cmd/swage/internal/manifest"
	"swage.dev/swage/cmd/swage/internal/offline"
	"swage.dev/swage/podtemplate"
)

// inputs are the flags that say what to shape with what.
type inputs struct {
	pods, templates []string
	system          string
	role            string
}

// errNoPods says that no pods were named.
var errNoPods = errors.New("no pods: name a file with -f")

func (in *inputs) addFlags(cmd *cobra.Command) {
	in.addFileFlag(cmd)
	cmd.Flags().StringVar(&in.role, "role", "", "take every pod for a driver or an executor, whatever its label spark-role says")
	completeWith(cmd, "role", string(podtemplate.Driver), string(podtemplate.Executor))
	in.addTemplateFlags(cmd)
}

func (in *inputs) addFileFlag(cmd *cobra.Command) {
	cmd.Flags().StringArrayVarP(&in.pods, "filename", "f", nil, "file or folder with pods: YAML or JSON, several documents, Lists; - for standard input")
}

func (in *inputs) addTemplateFlags(cmd *cobra.Command) {
	cmd.Flags().StringArrayVarP(&in.templates, "templates", "t", nil, "file or folder with templates: ConfigMaps and, for their labels, Namespaces; a bare Pod or PodTemplateSpec is a default template of each pod's namespace")
	cmd.Flags().StringVar(&in.system, "system-namespace", podtemplate.DefaultSystemNamespace, "namespace whose templates reach the whole cluster")
}

// shape reads the inputs and shapes the pods; notes and warnings go to stderr.
func (in *inputs) shape(cmd *cobra.Command) ([]offline.Outcome, error) {
	pods, templates, err := in.read(cmd)
	if err != nil {
		return nil, err
	}
	tellBroken(cmd.ErrOrStderr(), templates)
	outcomes := offline.Shape(pods, templates, podtemplate.Role(in.role))
	for i := range outcomes {
		tell(cmd.ErrOrStderr(), &outcomes[i])
	}
	return outcomes, nil
}

func (in *inputs) read(cmd *cobra.Command) (*offline.Pods, *offline.Templates, error) {
	if err := in.check(); err != nil {
		return nil, nil, usageError(cmd, err)
	}
	templates, err := in.readTemplates(cmd)
	if err != nil {
		return nil, nil, err
	}
	pods, err := in.readPods(cmd)
	return pods, templates, err
}

func (in *inputs) check() error {
	role := podtemplate.Role(in.role)
	switch {
	case len(in.templates) == 0:
		return errors.New("no templates: name a file or a folder with -t")
	case role != "" && !role.Valid():
		return fmt.Errorf("--role is %q: expected driver or executor", in.role)
	case slices.Contains(in.pods, manifest.Stdin) && slices.Contains(in.templates, manifest.Stdin):
		return errors.New("standard input can hold the pods or the templates, not both")
	case in.system == "":
		return errors.New("--system-namespace is empty")
	case len(in.pods) == 0:
		return errNoPods // last: lint goes on without pods
	}
	return nil
}

func (in *inputs) readPods(cmd *cobra.Command) (*offline.Pods, error) {
	return in.readPodsOf(cmd, manifest.DefaultNamespace)
}

// readPodsOf reads the pods; those that do not say their namespace are of this one.
func (in *inputs) readPodsOf(cmd *cobra.Command, namespace string) (*offline.Pods, error) {
	objects, err := manifest.Read(in.pods, cmd.InOrStdin())
	if err != nil {
		return nil, fmt.Errorf("reading pods: %w", err)
	}
	pods, err := offline.NewPods(objects, namespace)
	if err != nil {
		return nil, fmt.Errorf("reading pods: %w", err)
	}
	notes(cmd.ErrOrStderr(), pods.Notes)
	return pods, nil
}

func (in *inputs) readTemplates(cmd *cobra.Command) (*offline.Templates, error) {
	objects, err := manifest.Read(in.templates, cmd.InOrStdin())
	if err != nil {
		return nil, fmt.Errorf("reading templates: %w", err)
	}
	templates, err := offline.NewTemplates(objects, in.system)
	if err != nil {
		return nil, fmt.Errorf("reading templates: %w", err)
	}
	notes(cmd.ErrOrStderr(), templates.Notes)
	return templates, nil
}

// noArgs refuses arguments: everything is a flag.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return usageError(cmd, fmt.Errorf("unexpected argument %q: files are named with -f and -t", args[0]))
}

func notes(stderr io.Writer, lines []string) {
	for _, line := range lines {
		fmt.Fprintf(stderr, "note: %s\n", line)
	}
}

func completeWith(cmd *cobra.Command, flag string, values ...string) {
	complete := cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)
	if err := cmd.RegisterFlagCompletionFunc(flag, complete); err != nil {
		panic(err) // the flag does not exist: a mistake in this package
	}
}
