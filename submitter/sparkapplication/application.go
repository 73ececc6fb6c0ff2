package sparkapplication

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation"

	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/commandline"
)

// Options say how a manifest is taken.
type Options struct {
	// Namespace is where the objects go. One that differs from the manifest's is
	// an error, as with kubectl. Default: the manifest's.
	Namespace string
	// Fallback is where they go if neither says it. Default: what the plan has
	// for its default.
	Fallback string
	// Approximate takes what cannot be as the manifest says for the nearest that
	// can be, with a warning. Default: it is refused.
	Approximate bool
	// Random is the source of names. Default crypto/rand.Reader.
	Random io.Reader
}

// Application is what swage submit would have been told.
type Application struct {
	// Name is the application's name: metadata.name, or made of generateName.
	Name string
	// Namespace is where the objects go, "" where nobody says it.
	Namespace string
	// Line is the command line.
	Line *commandline.Line
	// SparkVersion is the image's version of Spark.
	SparkVersion string
	// DriverTemplate and ExecutorTemplate are what pods have that no setting can
	// say. Each has Spark's container. Nil: nothing.
	DriverTemplate, ExecutorTemplate *corev1.PodTemplateSpec
	// DriverMemoryLimit and ExecutorMemoryLimit are memory limits that differ from
	// what is requested. Nil: Spark's, which are equal.
	DriverMemoryLimit, ExecutorMemoryLimit *resource.Quantity
	// Owned are more objects of the application. Before are those that exist
	// before the driver does.
	Owned, Before []submitter.Object
	// Job wraps the driver into a Job, Schedule into a CronJob. Nil: neither.
	Job      *submitter.JobOptions
	Schedule *submitter.ScheduleOptions
	// Warnings name what will differ from what the operator makes.
	Warnings []Problem

	file   string            // of the manifest
	gang   *gang             // nil: each pod is placed by itself
	agents map[string]string // options of JVMs that a manifest's field needs, by setting
}

// Application judges the manifest and turns it into what swage submit would have
// been told. The error is an *Error with all problems.
func (m *Manifest) Application(o Options) (*Application, error) {
	if o.Random == nil {
		o.Random = rand.Reader
	}
	manifest := *m
	manifest.warnings = slices.Clone(m.warnings)
	to := &mapping{Manifest: &manifest, options: o, app: &Application{Line: newLine(), file: m.document.File, agents: map[string]string{}}}
	if err := to.name(); err != nil {
		return nil, err
	}
	to.driver, to.executor = to.newPod(driverSide), to.newPod(executorSide)
	for _, row := range table() {
		if row.take != nil && (row.schedule == (m.schedule != nil) || !row.schedule) {
			row.take(to)
		}
	}
	to.finish()
	byLine := func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) }
	if len(to.problems) > 0 {
		slices.SortStableFunc(to.problems, byLine)
		return nil, &Error{to.problems}
	}
	slices.SortStableFunc(to.warnings, byLine)
	to.app.Warnings = to.warnings
	return to.app, nil
}

// finish puts together what several rows made.
func (m *mapping) finish() {
	m.warnOfQueues()
	m.leaveOutOfJobs()
	m.app.DriverTemplate, m.app.ExecutorTemplate = m.driver.done(), m.executor.done()
}

// generatedLength is how much the API server adds to metadata.generateName.
const generatedLength = 5

// name chooses the names. metadata.name is a DNS label, as the operator wants it.
func (m *mapping) name() error {
	meta := &m.metadata
	at := func(field, format string, args ...any) {
		m.problems = append(m.problems, m.document.problem([]string{"metadata", field}, format, args...))
	}
	m.app.Name = meta.Name
	var err error
	if m.token, err = m.random(); err != nil {
		return err
	}
	if meta.Name == "" && meta.GenerateName != "" {
		m.app.Name = meta.GenerateName + m.token[:generatedLength]
	}
	switch wrong := validation.IsDNS1035Label(m.app.Name); {
	case m.app.Name == "":
		at("name", "missing: it is required")
	case len(wrong) > 0:
		at("name", "%q: lower case letters, digits and -, at most 63 of them, and a letter first", m.app.Name)
	}
	m.app.Namespace = cmp.Or(m.options.Namespace, meta.Namespace, m.spec.SparkConf["spark.kubernetes.namespace"], m.options.Fallback)
	if meta.Namespace != "" && m.app.Namespace != meta.Namespace {
		at("namespace", "%s, and -n says %s: choose one", meta.Namespace, m.options.Namespace)
	}
	m.app.Line.Conf["spark.app.name"] = m.app.Name
	return nil
}

// random is text that no other submission has: 16 hexadecimal digits.
func (m *mapping) random() (string, error) {
	var bytes [8]byte
	if _, err := io.ReadFull(m.options.Random, bytes[:]); err != nil {
		return "", fmt.Errorf("choosing a name: %w", err)
	}
	return hex.EncodeToString(bytes[:]), nil
}

// labels are the manifest's own, for all pods. Kueue's are for a queue that
// admits whole applications: a Job has them by way of its driver's, and of pods
// alone it would hold back each.
func (m *mapping) labels(s *side) map[string]string {
	labels := map[string]string{}
	for key, value := range m.metadata.Labels {
		if !strings.HasPrefix(key, kueuePrefix) || m.queued() && s == driverSide {
			labels[key] = value
		}
	}
	return labels
}

// queued tells of an application that a Job runs, which a queue can hold back.
func (m *mapping) queued() bool { return m.app.Job != nil || m.schedule != nil }

const kueuePrefix = "kueue.x-k8s.io/"

func (m *mapping) warnOfQueues() {
	for _, key := range slices.Sorted(maps.Keys(m.metadata.Labels)) {
		if strings.HasPrefix(key, kueuePrefix) && !m.queued() {
			m.warnings = append(m.warnings, m.document.problem([]string{"metadata", "labels", key}, "no pod gets it: Kueue would hold back each pod by itself; with suspend it queues the whole"))
		}
	}
}
