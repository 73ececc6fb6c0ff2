package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"strings"

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

// Applications are those of a namespace, "" for all namespaces, oldest first: known by Spark's labels, whoever made them.
func Applications(ctx context.Context, server *apiserver.Server, namespace string) ([]Pods, error) {
	list, err := server.ListPods(ctx, namespace, allSparkPods)
	if err != nil {
		return nil, fmt.Errorf("listing applications: %w", err)
	}
	return grouped(pointers(list)), nil
}

func pointers(list *corev1.PodList) []*corev1.Pod {
	var pods []*corev1.Pod
	for i := range list.Items {
		pods = append(pods, &list.Items[i])
	}
	return pods
}

// Find finds the application that a word names: its driver's pod, its id, or its name when only one has it. The word
// may say the namespace as spark-submit writes it, NAMESPACE:POD. Errors wrap ErrNoApplication or ErrAmbiguous.
func Find(ctx context.Context, server *apiserver.Server, namespace, word string) (*Pods, error) {
	if place, name, found := strings.Cut(word, ":"); found {
		namespace, word = place, name
	}
	if word == "" {
		return nil, submitter.Refuse("an application has no empty name: give its driver's pod, its id or its name")
	}
	drivers, err := server.ListPods(ctx, namespace, driversOnly)
	if apierrors.IsForbidden(err) { // who may not list may get
		if pod, problem := server.GetPod(ctx, namespace, word); problem == nil {
			return &Pods{Driver: pod}, nil
		}
	}
	if err != nil {
		return nil, fmt.Errorf("looking for %s: %w", word, err)
	}
	matches := matching(pointers(drivers), word)
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
	return nil, fmt.Errorf("%w: no driver in namespace %s has %s as its pod's name, id or application's name", ErrNoApplication, namespace, word)
}

// matching are the drivers that a word names, by the surest way by which it names any.
func matching(drivers []*corev1.Pod, word string) []*corev1.Pod {
	for _, names := range []func(*corev1.Pod) bool{
		func(d *corev1.Pod) bool { return d.Name == word },
		func(d *corev1.Pod) bool { return d.Labels[podtemplate.AppIDLabel] == word },
		func(d *corev1.Pod) bool {
			return d.Labels[podtemplate.AppNameLabel] == submitter.AppLabel(word) && submitter.AppLabel(word) != ""
		},
	} {
		var matches []*corev1.Pod
		for _, driver := range drivers {
			if names(driver) {
				matches = append(matches, driver)
			}
		}
		if len(matches) > 0 {
			return matches
		}
	}
	return nil
}

func ambiguous(word string, drivers []*corev1.Pod) error {
	sortByName(drivers)
	var pods []string
	for _, driver := range drivers {
		pods = append(pods, driver.Name+" ("+(&Pods{Driver: driver}).State().Name+")")
	}
	return fmt.Errorf("%w are called %s: name one by its driver's pod: %s", ErrAmbiguous, word, strings.Join(pods, ", "))
}

// withExecutors are the pods of a driver's application.
func withExecutors(ctx context.Context, server *apiserver.Server, driver *corev1.Pod) (*Pods, error) {
	selector := executorsOnly
	if id := driver.Labels[podtemplate.AppIDLabel]; id != "" {
		selector += "," + ofApplication(id)
	}
	list, err := server.ListPods(ctx, driver.Namespace, selector)
	if err != nil && !apierrors.IsForbidden(err) {
		return nil, fmt.Errorf("listing the executors of %s: %w", driver.Name, err)
	}
	for _, app := range grouped(append(pointers(list), driver)) {
		if app.Driver == driver {
			return &app, nil
		}
	}
	return &Pods{Driver: driver}, nil
}
