package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"swage.dev/swage/cmd/swage/internal/manifest"
	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
	"swage.dev/swage/submitter/bounded"
	"swage.dev/swage/submitter/commandline"
	"swage.dev/swage/submitter/lifecycle"
	"swage.dev/swage/submitter/sparkapplication"
)

// request is what submit was told: a command line and, with -f, a manifest.
type request struct {
	*commandline.Line
	manifest *sparkapplication.Application // nil without -f
	schedule *submitter.ScheduleOptions    // nil for one run, now
	shell    *submitter.ShellOptions       // nil: a program is submitted
}

func (r *request) plan(o submitter.Options) (*submitter.Objects, error) {
	if r.manifest != nil {
		objects, err := r.manifest.Plan(o)
		var told *sparkapplication.Error // which names the file
		if err != nil && !errors.As(err, &told) {
			err = fmt.Errorf("%s: %w", r.Own["--filename"], err)
		}
		return objects, err
	}
	o.Schedule = r.schedule
	o.Shell = r.shell
	return submitter.Plan(o)
}

// newRequest reads the manifest, if there is one. What differs from it is told before anything else.
func newRequest(cmd *cobra.Command, p *Process, line *commandline.Line) (*request, error) {
	file, given := line.Own["--filename"]
	if !given {
		if line.Own["--approximate"] != "" {
			return nil, usageError(cmd, errors.New("--approximate is for -f"))
		}
		return &request{Line: line}, nil
	}
	if err := checkBeside(line); err != nil {
		return nil, usageError(cmd, err)
	}
	read, err := readManifest(cmd, file)
	if err != nil {
		return nil, err
	}
	namespace, err := manifestNamespace(p, line)
	if err != nil {
		return nil, err
	}
	app, err := read.Application(sparkapplication.Options{
		Namespace: cmp.Or(line.Own["--namespace"], line.Conf["spark.kubernetes.namespace"]), Fallback: namespace, Approximate: line.Own["--approximate"] != "", Random: p.Random,
	})
	if err != nil {
		return nil, err
	}
	if app.Schedule != nil {
		if err := checkUnwaited(line); err != nil {
			return nil, usageError(cmd, err)
		}
	}
	for _, warning := range app.Warnings {
		fmt.Fprintf(cmd.ErrOrStderr(), "warning: %s\n", warning)
	}
	return &request{Line: line, manifest: app}, nil
}

// checkBeside refuses what the manifest says.
func checkBeside(line *commandline.Line) error {
	if line.Resource != "" {
		return fmt.Errorf("%s beside -f: the manifest names the program", line.Resource)
	}
	for _, option := range jobOptionNames() {
		if _, given := line.Own[option]; given {
			return fmt.Errorf("%s beside -f: the manifest says it, by restartPolicy, timeToLiveSeconds or suspend", option)
		}
	}
	for _, option := range slices.Concat(slices.Sorted(maps.Keys(line.Values)), slices.Sorted(maps.Keys(line.Switches))) {
		if option != "--master" && option != "--verbose" {
			return fmt.Errorf("%s beside -f: write it into the manifest, or give a setting by --conf", option)
		}
	}
	return nil
}

// readManifest reads the one application of a file.
func readManifest(cmd *cobra.Command, file string) (*sparkapplication.Manifest, error) {
	objects, err := manifestObjects(cmd, file)
	if err != nil {
		return nil, err
	}
	var apps []*manifest.Object
	for i := range objects {
		if sparkapplication.Is(objects[i].APIVersion) {
			apps = append(apps, &objects[i])
		}
	}
	switch {
	case len(objects) == 0:
		return nil, fmt.Errorf("%s is empty: expected a SparkApplication", file)
	case len(apps) == 0 && len(objects) == 1:
		apps = append(apps, &objects[0]) // what is wrong with it is said of it
	case len(apps) == 0:
		return nil, fmt.Errorf("%s has no SparkApplication among its %d objects", file, len(objects))
	case len(apps) > 1:
		return nil, fmt.Errorf("%s: two applications, the other is in line %d: submit them one by one", apps[1].Where(), apps[0].LineOf())
	}
	if err := checkRepeated(apps[0]); err != nil {
		return nil, err
	}
	for i := range objects {
		if o := &objects[i]; o != apps[0] {
			fmt.Fprintf(cmd.ErrOrStderr(), "note: %s: %s is not created here: it must be there when the application needs it\n", o.Where(), o)
		}
	}
	return sparkapplication.Read(sparkapplication.Document{File: file, JSON: apps[0].JSON, Line: apps[0].LineOf})
}

func manifestObjects(cmd *cobra.Command, file string) ([]manifest.Object, error) {
	if strings.Contains(file, "://") {
		return nil, fmt.Errorf("-f %s: an address is not read; to see first what it is: curl -fsSO %s", file, file)
	}
	if info, err := os.Stat(file); err == nil && info.IsDir() {
		return nil, fmt.Errorf("-f %s: a folder: name one file", file)
	}
	objects, err := manifest.ReadUpTo([]string{file}, cmd.InOrStdin(), bounded.Most)
	if err != nil {
		return nil, fmt.Errorf("-f: %w", err)
	}
	return objects, nil
}

// checkRepeated refuses keys that somebody wrote twice: one of them would be lost.
func checkRepeated(o *manifest.Object) error {
	var lines []string
	for _, repeated := range o.RepeatedKeys() {
		lines = append(lines, fmt.Sprintf("%s:%d: key %q is already set in line %d", o.File, repeated.Line, repeated.Key, repeated.First))
	}
	if len(lines) == 0 {
		return nil
	}
	return errors.New(strings.Join(lines, "\n"))
}

// manifestNamespace is the context's, which kubectl would create a manifest in.
func manifestNamespace(p *Process, line *commandline.Line) (string, error) {
	context, err := contextOf(line)
	if err != nil {
		return "", err
	}
	return kubeconfigs(p, line).Namespace(cmp.Or(context, line.Conf["spark.kubernetes.context"]))
}

// naming plans once more where what the manifest says of executors can go by
// templates that the webhook lays over them: then Spark overwrites none of it. A
// dry run makes no templates, and executors could not ask for them.
func naming(ctx context.Context, p *Process, r *request, server *apiserver.Server, plan *submitter.Objects) (*submitter.Objects, error) {
	if r.manifest == nil || r.Own["--shape"] == shapeHere || r.manifest.ExecutorTemplate == nil && r.manifest.ExecutorMemoryLimit == nil {
		return plan, nil
	}
	can, err := lifecycle.CanName(ctx, server, plan)
	if err != nil {
		return nil, failure{ExitServer, err}
	}
	if !can {
		return plan, nil
	}
	options, err := planOptions(ctx, p, r.Line, false)
	if err != nil {
		return nil, err
	}
	options.Given.Named = true
	return r.plan(options)
}
