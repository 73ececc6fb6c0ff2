package lifecycle

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/validation"

	"swage.dev/swage/podtemplate"
	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/apiserver"
)

// ErrNoApplication is wrapped by the error about a word that names no application.
var ErrNoApplication = errors.New("no such application")

// ErrAmbiguous is wrapped by the error about a word that names several applications.
var ErrAmbiguous = errors.New("several applications")

const (
	driversOnly   = podtemplate.RoleLabel + "=" + string(podtemplate.Driver)
	executorsOnly = podtemplate.RoleLabel + "=" + string(podtemplate.Executor)
	allSparkPods  = podtemplate.RoleLabel + " in (" + string(podtemplate.Driver) + "," + string(podtemplate.Executor) + ")"
)

// ofApplication selects the pods of an application, driver and executors.
func ofApplication(id string) string { return podtemplate.AppIDLabel + "=" + id }

// ofJob selects the pods of all applications that a Job or a CronJob of Swage's runs.
func ofJob(name string) string { return submitter.JobLabel + "=" + name }

// Applications are those of a namespace, "" for all namespaces, oldest first: known by Spark's labels, whoever made them.
func Applications(ctx context.Context, server *apiserver.Server, namespace string) ([]Pods, error) {
	list, err := server.ListPods(ctx, namespace, allSparkPods)
	if err != nil {
		return nil, fmt.Errorf("listing applications: %w", err)
	}
	jobs, err := listJobs(ctx, server, namespace)
	if err != nil {
		return nil, fmt.Errorf("listing the Jobs of applications: %w", err)
	}
	return withJobs(grouped(pointers(list)), jobs), nil
}

func pointers(list *corev1.PodList) []*corev1.Pod {
	var pods []*corev1.Pod
	for i := range list.Items {
		pods = append(pods, &list.Items[i])
	}
	return pods
}

// Find finds the application that a word names: its driver's pod, its Job, its id, its schedule, of which it is the last
// run, or its name when only one has it. The word may say the namespace as spark-submit writes it, NAMESPACE:POD. Errors
// wrap ErrNoApplication or ErrAmbiguous.
func Find(ctx context.Context, server *apiserver.Server, namespace, word string) (*Pods, error) {
	namespace, word, err := placed(namespace, word)
	if err != nil {
		return nil, err
	}
	drivers, err := server.ListPods(ctx, namespace, driversOnly)
	if apierrors.IsForbidden(err) { // who may not list may get
		if pod, problem := server.GetPod(ctx, namespace, word); problem == nil {
			return alone(ctx, server, pod), nil
		}
	}
	if err != nil {
		return nil, fmt.Errorf("looking for %s: %w", word, err)
	}
	jobs, err := listJobs(ctx, server, namespace)
	if err != nil {
		return nil, fmt.Errorf("looking for %s: %w", word, err)
	}
	matches := matching(withJobs(grouped(pointers(drivers)), jobs), word)
	switch {
	case len(matches) > 1:
		return nil, ambiguous(word, matches)
	case len(matches) == 1:
		return withExecutors(ctx, server, matches[0])
	}
	if len(validation.IsValidLabelValue(word)) == 0 { // executors of a driver that is no pod of Spark's
		list, err := server.ListPods(ctx, namespace, ofApplication(word))
		if apps := grouped(pointers(list)); err == nil && len(apps) == 1 {
			return &apps[0], nil
		}
	}
	return nil, fmt.Errorf("%w: no driver in namespace %s has %s as its pod's name, its Job's, its id or application's name", ErrNoApplication, namespace, word)
}

// placed is a word without its namespace, and that.
func placed(namespace, word string) (string, string, error) {
	place, name, found := strings.Cut(word, ":")
	if found && len(validation.IsDNS1123Label(place)) > 0 {
		return "", "", submitter.Refuse("%s: %q is no namespace: expected NAMESPACE:POD, or an application's name alone", word, place)
	}
	if found {
		namespace, word = place, name
	}
	if word == "" {
		return "", "", submitter.Refuse("an application has no empty name: give its driver's pod, its id or its name")
	}
	return namespace, word, nil
}

// matching are the applications that a word names, by the surest way by which it names any.
func matching(apps []Pods, word string) []Pods {
	for _, names := range []func(*Pods) bool{
		func(p *Pods) bool { return p.choose(func(driver *corev1.Pod) bool { return driver.Name == word }) },
		func(p *Pods) bool { return p.Job != nil && p.Job.Name == word },
		func(p *Pods) bool { return p.choose(func(driver *corev1.Pod) bool { return AppIDOf(driver) == word }) },
		func(p *Pods) bool { return p.Job != nil && p.Job.Schedule() == word },
		func(p *Pods) bool { return p.AppName() == submitter.AppLabel(word) && submitter.AppLabel(word) != "" },
	} {
		var matches []Pods
		for _, app := range apps { // oldest first
			if names(&app) {
				matches = append(matches, app)
			}
		}
		if n := len(matches); n > 0 && matches[n-1].Job != nil && matches[n-1].Job.Schedule() == word {
			return matches[n-1:]
		}
		if len(matches) > 0 {
			return matches
		}
	}
	return nil
}

// choose tells whether a driver, one of the attempts of a Job, is the one that is meant, and makes it the one that counts.
func (p *Pods) choose(meant func(driver *corev1.Pod) bool) bool {
	for _, driver := range p.drivers() {
		if meant(driver) {
			p.Driver = driver
			return true
		}
	}
	return false
}

func ambiguous(word string, apps []Pods) error {
	slices.SortFunc(apps, func(a, b Pods) int {
		return cmp.Or(cmp.Compare(len(a.Word()), len(b.Word())), strings.Compare(a.Word(), b.Word()))
	})
	var words []string
	for _, app := range apps {
		words = append(words, app.Word()+" ("+app.State().Name+")")
	}
	return fmt.Errorf("%w are called %s: name one by its driver's pod or its Job: %s", ErrAmbiguous, word, strings.Join(words, ", "))
}

// withExecutors are the pods of a driver's application.
func withExecutors(ctx context.Context, server *apiserver.Server, app Pods) (*Pods, error) {
	if app.Driver == nil {
		return &app, nil
	}
	selector := executorsOnly
	if id := app.Driver.Labels[podtemplate.AppIDLabel]; id != "" {
		selector += "," + ofApplication(id)
	} else if job := app.Driver.Labels[submitter.JobLabel]; job != "" {
		selector += "," + ofJob(job)
	}
	list, err := server.ListPods(ctx, app.Namespace(), selector)
	if err != nil && !apierrors.IsForbidden(err) {
		return nil, fmt.Errorf("listing the executors of %s: %w", app.Driver.Name, err)
	}
	for _, found := range grouped(append(pointers(list), app.Driver)) {
		if found.Driver == app.Driver {
			app.Executors = found.Executors
		}
	}
	return &app, nil
}

// alone is an application by what may be got without listing: its driver and its Job.
func alone(ctx context.Context, server *apiserver.Server, driver *corev1.Pod) *Pods {
	app := withJobs([]Pods{{Driver: driver}}, nil)[0]
	if app.Job != nil {
		job := &batchv1.Job{}
		if err := server.Get(ctx, apiserver.JobRef(driver.Namespace, app.Job.Name), job); err == nil && job.UID == app.Job.UID {
			app.Job.Object = job
		}
	}
	return &app
}
