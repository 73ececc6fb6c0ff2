package submittertest

import (
	"cmp"
	"io/fs"
	"testing"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/commandline"
	"swage.dev/swage/submitter/shapehere"
)

// Pi is the program of requests.
const Pi = "local:///opt/spark/examples/pi.py"

// Request is a plan's inputs in few words: a Pi, whose executors are the
// driver's business unless it says otherwise.
type Request struct {
	// Args come before the program.
	Args []string
	// Image is the image's name. Default "spark": it has no version in its tag.
	Image   string
	Version string
	// Master is what --master says. Default a server of nobody's, "-" for no such option.
	Master    string
	Executors submitter.ExecutorsBy
	Gang      bool
	Templates *shapehere.Templates
	Job       *submitter.JobOptions
	Schedule  *submitter.ScheduleOptions
	Files     fs.FS
	StageTo   string
}

// Options are a plan's.
func (r Request) Options(t testing.TB) submitter.Options {
	t.Helper()
	args := []string{"--conf", "spark.kubernetes.container.image=" + cmp.Or(r.Image, "spark")}
	if r.Master != "-" {
		args = append(args, "--master", cmp.Or(r.Master, "k8s://https://api.example.com"))
	}
	line, err := commandline.Parse(append(append(args, r.Args...), Pi))
	if err != nil {
		t.Fatal(err)
	}
	return submitter.Options{
		Line: line, SparkVersion: r.Version, ExecutorsBy: cmp.Or(r.Executors, submitter.ByDriver), Gang: r.Gang, Templates: r.Templates,
		Job: r.Job, Schedule: r.Schedule, Files: r.Files, StageTo: r.StageTo,
	}
}

// Must is the plan, which must not fail.
func (r Request) Must(t testing.TB) *submitter.Objects {
	t.Helper()
	objects, err := submitter.Plan(r.Options(t))
	if err != nil {
		t.Fatal(err)
	}
	return objects
}
