package app

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"regexp"

	"github.com/spf13/cobra"

	"swage.dev/swage/cmd/swage/internal/manifest"
	"swage.dev/swage/cmd/swage/internal/offline"
	"swage.dev/swage/cmd/swage/internal/suite"
	"swage.dev/swage/podtemplate"
)

// caseRun is the flags of test.
type caseRun struct {
	inputs inputs
	run    string
	junit  string
	output string
	update bool
}

// caseView is what became of a case, for scripts. The order of its members is promised.
type caseView struct {
	Suite  string `json:"suite"`
	Case   string `json:"case"`
	Status string `json:"status"`
	Diff   string `json:"diff,omitempty"`
}

// The statuses of cases.
const (
	casePassed  = "passed"
	caseFailed  = "failed"
	caseUpdated = "updated"
)

func newTest() *cobra.Command {
	var t caseRun
	cmd := &cobra.Command{
		Use:   "test DIR...",
		Short: "Run golden cases of templates",
		Long: `Runs the cases of a folder: pods as their clients send them, shaped by the
folder's templates, compared with what is wanted.

  DIR/templates/*.yaml       the templates, and Namespaces for their labels
  DIR/cases/NAME/pod.yaml    the pods; an executor's driver beside it
  DIR/cases/NAME/want.yaml   what is wanted: for each pod a document with the
                             verdict, a denial's reason, the templates, the
                             warnings, and the pod as it would be admitted
  DIR/cases/NAME/case.yaml   if need be: role and container, as a recogniser says
                             them, and namespaceLabels by namespace

--update writes each want.yaml: review it as any other change. Digests of
templates are not in it, so that it changes only when what templates do changes.
DIR may also be one case, or a file of it.

Exit status: 0 when all cases pass; 1 when one fails, or a template does not
load; 2 when the command line is wrong, an input cannot be read, there is no
case, a case has no want.yaml, or there are files that no case reads.`,
		Example: `  swage test deploy/examples/suite

  # A new case: write pod.yaml, then
  swage test suite/cases/new --update && git diff

  # Templates that are elsewhere; a report for the CI
  swage test suite -t templates/ --junit report.xml`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError(cmd, errors.New("which DIR?"))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return t.main(cmd, args) },
	}
	t.inputs.addTemplateFlags(cmd)
	flags := cmd.Flags()
	flags.StringVar(&t.run, "run", "", "only cases whose names match this regular expression")
	flags.BoolVar(&t.update, "update", false, "write what shaping makes of the pods as what is wanted")
	flags.StringVar(&t.junit, "junit", "", "also write a report to this file, in the XML of JUnit; one that exists is overwritten")
	addOutputFlag(cmd, &t.output, textOrJSON())
	return cmd
}

func (t *caseRun) main(cmd *cobra.Command, args []string) error {
	if err := checkOutput(cmd, t.output, textOrJSON()); err != nil {
		return err
	}
	pattern, err := regexp.Compile(t.run)
	switch {
	case err != nil:
		return usageError(cmd, fmt.Errorf("--run is %q, which is no regular expression: %w", t.run, err))
	case t.inputs.system == "":
		return usageError(cmd, errors.New("--system-namespace is empty"))
	}
	suites, err := suite.Find(args, t.inputs.templates, pattern.MatchString)
	if err != nil {
		return err
	}
	if err := t.checkReport(cmd, suites); err != nil {
		return err
	}
	results, err := t.runAll(cmd, suites)
	if err != nil {
		return err
	}
	views, err := t.settle(results)
	if err != nil {
		return err
	}
	return t.report(cmd, views)
}

// checkReport refuses to write the report over what the suites are made of.
func (t *caseRun) checkReport(cmd *cobra.Command, suites []*suite.Suite) error {
	for _, s := range suites {
		if t.junit != "" && s.Has(t.junit) {
			return usageError(cmd, fmt.Errorf("--junit: %s is or would be a file of the suite %s: name one that is not among its templates and cases", t.junit, s.Dir))
		}
	}
	return nil
}

// runAll runs all cases before anything is written or told.
func (t *caseRun) runAll(cmd *cobra.Command, suites []*suite.Suite) ([]*suite.Result, error) {
	var results []*suite.Result
	for _, s := range suites {
		objects, err := t.load(cmd, s)
		if err != nil {
			return nil, err
		}
		for _, c := range s.Cases {
			result, err := suite.Run(c, objects, t.inputs.system)
			if err != nil && (!t.update || !errors.Is(err, suite.ErrNoWant)) {
				return nil, err
			}
			results = append(results, result)
		}
	}
	return results, nil
}

// load reads the templates of a suite. One that does not load fails the suite:
// no golden should hold what the server makes of a mistake.
func (t *caseRun) load(cmd *cobra.Command, s *suite.Suite) ([]manifest.Object, error) {
	objects, err := manifest.Read(s.Templates, cmd.InOrStdin())
	if err != nil {
		return nil, fmt.Errorf("reading templates: %w", err)
	}
	templates, err := offline.NewTemplates(objects, t.inputs.system)
	if err != nil {
		return nil, fmt.Errorf("reading templates: %w", err)
	}
	notes(cmd.ErrOrStderr(), templates.Notes)
	if len(templates.Sources) == 0 {
		return nil, fmt.Errorf("%s: there is no template to test", s.Dir)
	}
	tellBroken(cmd.ErrOrStderr(), templates)
	for i := range templates.Sources {
		var failed *podtemplate.LoadError
		if errors.As(templates.Sources[i].Entry.Err, &failed) {
			return nil, failure{ExitDenied, fmt.Errorf("%s: template %s does not load: no case was run", s.Dir, templates.Sources[i].Name())}
		}
	}
	return objects, nil
}

// settle writes what is wanted where that was asked for, and says what became of each case.
func (t *caseRun) settle(results []*suite.Result) ([]caseView, error) {
	var views []caseView
	for _, r := range results {
		view := caseView{Suite: r.Case.Suite, Case: r.Case.Name, Status: casePassed, Diff: r.Diff}
		if r.Diff != "" {
			view.Status = caseFailed
		}
		if _, err := os.Stat(r.Case.Want()); t.update && (r.Diff != "" || err != nil) {
			if err := os.WriteFile(r.Case.Want(), r.Got, 0o644); err != nil {
				return nil, err
			}
			view.Status = caseUpdated
		}
		views = append(views, view)
	}
	return views, nil
}

func (t *caseRun) report(cmd *cobra.Command, views []caseView) error {
	var out bytes.Buffer
	failed := 0
	for i := range views {
		if views[i].Status == caseFailed {
			failed++
		}
		if t.output == "json" {
			writeLine(&out, &views[i])
			continue
		}
		fmt.Fprintf(&out, "%s %s\n", views[i].Status, oneLine(views[i].Case))
		if views[i].Status == caseFailed {
			out.WriteString(plain(views[i].Diff))
		}
	}
	if t.junit != "" {
		if err := writeJUnit(t.junit, views); err != nil {
			return err
		}
	}
	if err := printAll(cmd, out.Bytes()); err != nil || failed == 0 {
		return err
	}
	return failure{ExitDenied, fmt.Errorf("%d of %d cases failed; --update takes what shaping makes of them for what is wanted", failed, len(views))}
}
