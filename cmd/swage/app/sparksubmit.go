package app

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"swage.dev/swage/cmd/internal/buildversion"
	"swage.dev/swage/submitter"
)

// sparkSubmit is the name under which the program stands in for spark-submit.
const sparkSubmit = "spark-submit"

// calledSparkSubmit tells whether the program is called by that name, through a link or a copy.
func calledSparkSubmit(program string) bool {
	return strings.TrimSuffix(filepath.Base(program), ".exe") == sparkSubmit
}

// newSparkSubmit is submit without its name: wrappers call spark-submit with its own command line.
func newSparkSubmit(p *Process) *cobra.Command {
	cmd := newSubmit(p)
	cmd.Use = strings.Replace(cmd.Use, "submit", sparkSubmit, 1)
	cmd.Example = strings.ReplaceAll(cmd.Example, "swage submit", sparkSubmit)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	return cmd
}

// printSparkVersion is the answer to spark-submit --version, on standard error as there. Wrappers such as Livy look for
// "version X": that of $SPARK_HOME, else the one that is taken where nothing says it.
func printSparkVersion(cmd *cobra.Command, p *Process, said string) error {
	version := cmp.Or(said, submitter.InstalledVersion(p.Env, os.DirFS("/")), submitter.AssumedVersion)
	_, err := fmt.Fprintf(cmd.ErrOrStderr(), "Spark, version %s\nsubmitted without a JVM by %s", version, buildversion.Line("swage"))
	return err
}
